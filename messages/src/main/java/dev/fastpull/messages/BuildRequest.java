package dev.fastpull.messages;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One message that asks for one build, read and checked: whoever holds one need not look at a string in it again.
 *
 * @param requestId the producer's own name for the request, {@code [A-Za-z0-9][A-Za-z0-9._:-]{0,127}}
 * @param image where the pair goes, with its tag
 * @param extraTags more tags of the same repository for the same pair; each has a {@code -fastpull} form too
 * @param context where the files come from; null where {@code dockerfileInline} needs none
 * @param dockerfile the Dockerfile's path below {@link ContextSource#path}
 * @param dockerfileInline the Dockerfile itself, instead of one in the context
 * @param target the stage to build; null for the last
 * @param buildArgs values for the Dockerfile's {@code ARG}s
 * @param labels labels for the image's config
 * @param platform what to build for; null for the worker's own
 * @param secrets what the Dockerfile's {@code RUN --mount=type=secret} may read
 * @param noCache whether every step runs anew
 * @param cacheFrom images whose cache may be used
 * @param cacheTo where to export the cache; null for nowhere
 * @param formats which images to make, never empty
 * @param compression how the OCI image's layers are compressed
 * @param verify how closely both images are compared
 * @param timeout how long the build may take, from its begin; null for the worker's default
 * @param deadline when the request is no longer of use; null for never
 * @param metadata echoed in the event; JSON values as Java's String, Long, Double, BigDecimal, Boolean, List and Map
 */
public record BuildRequest(String requestId, ImageReference image, List<String> extraTags,
        @Nullable ContextSource context, String dockerfile, @Nullable String dockerfileInline, @Nullable String target,
        Map<String, String> buildArgs, Map<String, String> labels, @Nullable Platform platform,
        List<SecretReference> secrets, boolean noCache, List<ImageReference> cacheFrom,
        @Nullable ImageReference cacheTo, Set<Format> formats, Compression compression, VerifyLevel verify,
        @Nullable Duration timeout, @Nullable Instant deadline, Map<String, Object> metadata) {

    /** The version of the contract that this class is. */
    public static final int VERSION = 1;

    /** Copies the collections; order is kept. */
    public BuildRequest {
        extraTags = List.copyOf(extraTags);
        buildArgs = Ordered.copy(buildArgs);
        labels = Ordered.copy(labels);
        secrets = List.copyOf(secrets);
        cacheFrom = List.copyOf(cacheFrom);
        formats = Ordered.copy(formats);
        metadata = Ordered.copy(metadata);
    }

    /**
     * Begins a request with what every request must have; it needs a context or an inline Dockerfile too.
     *
     * @param requestId the producer's own name for the request, such as a random UUID
     * @param image where the pair goes, as in {@code registry.example.com/team/app:v1}
     * @return what puts the request together
     * @throws InvalidValueException where {@code image} is no reference that a pair can have
     */
    public static RequestBuilder builder(String requestId, String image) {
        return new RequestBuilder(requestId, ImageReference.parse(image));
    }

    /**
     * A request with nothing but what it must have.
     *
     * @param requestId the producer's own name for the request, such as a random UUID
     * @param image where the pair goes, as in {@code registry.example.com/team/app:v1}
     * @param contextUrl an http, https or file URL of the archive to build from
     * @return the request; {@link MessageCodec#encodeRequest} checks and writes it
     * @throws InvalidValueException where {@code image} is no reference that a pair can have
     */
    public static BuildRequest of(String requestId, String image, String contextUrl) {
        return builder(requestId, image).context(contextUrl).build();
    }

    /** How the OCI image's layers are compressed. */
    public enum Compression {
        /** What every runtime reads. */
        GZIP("gzip"),
        /** Smaller and quicker, for runtimes of the last years. */
        ZSTD("zstd");

        private final String label;

        Compression(String label) {
            this.label = label;
        }

        /** {@return the name used in messages and by BuildKit} */
        public String label() {
            return label;
        }
    }

    /**
     * Where the build's files come from.
     *
     * @param url an http, https or file URL of an archive; its query and user info are secrets
     * @param sha256 what the archive's bytes must hash to, 64 lower-case hex digits; null where the producer does not know
     * @param path the folder in the archive that is the context, relative, without {@code ..}; null for the archive's root
     * @param credential the name of a credential in the operator's store; null for none
     */
    public record ContextSource(String url, @Nullable String sha256, @Nullable String path,
            @Nullable String credential) {}

    /**
     * A secret that the Dockerfile asks for by id.
     *
     * @param id the id in the Dockerfile
     * @param from its name in the operator's store
     */
    public record SecretReference(String id, String from) {}
}
