/**
 * Decides whether the Nydus image of a pair is the same image as its OCI twin. {@code PairVerifier} is the entry:
 * {@code ManifestRules} and {@code ConfigRules} hold what can be seen from the manifests and configs; {@code
 * LayerListing} is what one OCI layer says, {@code FileTree} stacks the listings as a container runtime does, {@code
 * Bootstrap} is the file tree of the Nydus image as nydus-image reads it, and {@code TreeComparison} puts the two side
 * by side. No Nydus blob is ever fetched: the bootstrap names every chunk by the hash of its content.
 */
@NullMarked
package dev.fastpull.worker.verify;

import org.jspecify.annotations.NullMarked;
