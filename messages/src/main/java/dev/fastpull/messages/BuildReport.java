package dev.fastpull.messages;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was done for a request and what came of it. In an event of failure it holds as much as was known by then.
 *
 * @param requestId the request's id
 * @param image the image as requested, with its tag; null where it could not be read
 * @param attempt the delivery of the request, from 1, for which it was built or refused
 * @param worker the name of the worker that built or refused it; another one may have finished moving the tags
 * @param images what was published, empty but for success
 * @param verification what was compared; null where nothing was
 * @param phases the phases that were begun, in their order
 * @param queueSeconds from the sending of the request to its receipt; null where the sender's clock is not known
 * @param totalSeconds from its receipt to its end
 * @param context the archive; null where it was not read to its end
 * @param steps the steps of the Dockerfile; null where none was begun
 * @param builder the programs that built; null where none did
 * @param superseded whether the tags had moved on to another build by the time they were read back
 * @param published what of it can be had by its tag
 * @param metadata the request's metadata
 */
public record BuildReport(String requestId, @Nullable String image, int attempt, String worker,
        List<BuiltImage> images, @Nullable Verification verification, List<TimedPhase> phases,
        @Nullable Double queueSeconds, double totalSeconds, @Nullable ContextUsed context, @Nullable Steps steps,
        @Nullable Builder builder, boolean superseded, Published published, Map<String, Object> metadata) {

    /** Copies the collections; order is kept. */
    public BuildReport {
        images = List.copyOf(images);
        phases = List.copyOf(phases);
        metadata = Ordered.copy(metadata);
    }

    /** What of the requested images can be had by its tag. */
    public enum Published {
        /** Nothing moved, or everything was put back. */
        NONE,
        /** Not all tags moved, and one that has, or may have, could not be put back. */
        PARTIAL,
        /** All that was asked for. */
        ALL
    }

    /**
     * One published image.
     *
     * @param format its format
     * @param reference its name with its tag
     * @param digest the digest of its manifest
     * @param mediaType the media type of its manifest
     * @param configDigest the digest of its config
     * @param sizeBytes the compressed size of all its layers, in bytes
     * @param layerCount the number of its layers
     */
    public record BuiltImage(Format format, String reference, Digest digest, String mediaType, Digest configDigest,
            long sizeBytes, int layerCount) {}

    /**
     * What was compared.
     *
     * @param level how closely
     * @param result {@code equal}, {@code different} or {@code skipped}
     * @param filesCompared the number of directory entries that were compared
     */
    public record Verification(VerifyLevel level, Result result, long filesCompared) {
        /** How the comparison ended. */
        public enum Result {
            /** Nothing differs of what the level looks at. */
            EQUAL,
            /** Something differs; the failure's message says what. */
            DIFFERENT,
            /** Nothing was compared, since the level is none or only one format was asked for, which is checked alone. */
            SKIPPED
        }
    }

    /**
     * How long a phase took.
     *
     * @param name the phase
     * @param startedAt when it began
     * @param seconds how long it took
     */
    public record TimedPhase(Phase name, Instant startedAt, double seconds) {}

    /**
     * The archive that was built from.
     *
     * @param sha256 what its bytes hash to, 64 hex digits; null for a folder, which is never hashed
     * @param bytes its size in bytes
     * @param files the number of its entries
     */
    public record ContextUsed(@Nullable String sha256, long bytes, long files) {}

    /**
     * The steps of both solves.
     *
     * @param total how many there were
     * @param cached how many of them came from the cache
     */
    public record Steps(int total, int cached) {}

    /**
     * The programs that built.
     *
     * @param worker the version of fastpull
     * @param buildkit the version of buildkitd
     * @param nydusImage the version and origin of nydus-image
     */
    public record Builder(String worker, String buildkit, String nydusImage) {}
}
