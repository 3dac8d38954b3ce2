/**
 * Where a build's files come from. {@link dev.fastpull.worker.context.ContextStage} is the way in: its {@code fetch}
 * brings an archive from an http, https or file URL and hashes it, its {@code unpack} writes the archive's files into
 * one folder and nowhere else. URLs are checked by {@code AddressRule} on every hop and on the address really connected
 * to; entries of archives go through {@code EntryName} and {@code SafeTree}. Both the URL and the archive are taken to
 * be hostile, and everything is streamed, so that neither can make the worker hold more than a few buffers.
 */
@NullMarked
package dev.fastpull.worker.context;

import org.jspecify.annotations.NullMarked;
