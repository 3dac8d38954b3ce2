package dev.fastpull.worker.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.messages.Digest;
import dev.fastpull.messages.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;

/**
 * An image that was built and pushed by its digest; no tag names it yet.
 *
 * @param format its format
 * @param digest the digest of its manifest
 * @param mediaType the media type of its manifest
 * @param configDigest the digest of its config
 * @param bases what every FROM resolved to, as name@digest
 * @param steps how many steps of the Dockerfile there were
 * @param cachedSteps how many of them came from the cache
 */
public record SolvedImage(Format format, Digest digest, String mediaType, Digest configDigest,
        SortedSet<String> bases, int steps, int cachedSteps) {

    /** {@return the image that buildctl's metadata file tells of}; throws {@link IOException} where it tells of none. */
    static SolvedImage read(Format format, Path metadataFile, SolveProgress progress) throws IOException {
        JsonNode metadata = new ObjectMapper().readTree(metadataFile.toFile());
        return new SolvedImage(format, digest(metadata.path("containerimage.digest")),
                metadata.path("containerimage.descriptor").path("mediaType").asText(),
                digest(metadata.path("containerimage.config.digest")), progress.bases(), progress.total(),
                progress.cached());
    }

    private static Digest digest(JsonNode node) throws IOException {
        return Digest.parse(node.asText())
                .orElseThrow(() -> new IOException(
                        "buildctl's metadata file has no image digest but '" + node.asText() + "'"));
    }
}
