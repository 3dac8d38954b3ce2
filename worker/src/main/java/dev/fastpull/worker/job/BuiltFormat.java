package dev.fastpull.worker.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.image.SolvedImage;
import dev.fastpull.worker.registry.Manifest;
import java.io.IOException;

/**
 * One of a request's images, pushed by its digest.
 *
 * @param solved what buildctl says of it
 * @param manifest its manifest, as the registry has it
 */
record BuiltFormat(SolvedImage solved, Manifest manifest) {

    /** {@return what the event says of it, once it is {@code image}} */
    BuiltImage describe(ImageReference image) throws BuildException {
        try {
            JsonNode layers = new ObjectMapper().readTree(manifest.bytes()).path("layers");
            long bytes = 0;
            for (JsonNode layer : layers) {
                bytes += layer.path("size").asLong();
            }
            return new BuiltImage(solved.format(), image.forFormat(solved.format()).toString(), solved.digest(),
                    manifest.mediaType(), solved.configDigest(), bytes, layers.size());
        } catch (IOException e) {
            throw new BuildException(FailureReason.INTERNAL, "The registry's manifest of " + solved.digest()
                    + " cannot be read.", e);
        }
    }
}
