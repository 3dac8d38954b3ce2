package dev.fastpull.messages;

import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.BuildRequest.SecretReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a request together, everything but id and image as by default. Most values are checked when the request is
 * written, by {@link MessageCodec#encodeRequest}, which tells all that is wrong at once. Not for several threads.
 */
public final class RequestBuilder {
    private final String requestId;
    private final ImageReference image;
    private final List<String> extraTags = new ArrayList<>();
    private @Nullable ContextSource context;
    private String dockerfile = "Dockerfile";
    private @Nullable String dockerfileInline;
    private @Nullable String target;
    private final Map<String, String> buildArgs = new LinkedHashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private @Nullable Platform platform;
    private final List<SecretReference> secrets = new ArrayList<>();
    private boolean noCache;
    private final List<ImageReference> cacheFrom = new ArrayList<>();
    private @Nullable ImageReference cacheTo;
    private Set<Format> formats = EnumSet.allOf(Format.class);
    private Compression compression = Compression.GZIP;
    private VerifyLevel verify = VerifyLevel.CONTENT;
    private @Nullable Duration timeout;
    private @Nullable Instant deadline;
    private final Map<String, Object> metadata = new LinkedHashMap<>();

    RequestBuilder(String requestId, ImageReference image) {
        this.requestId = requestId;
        this.image = image;
    }

    /**
     * Adds tags of the image's repository for the same pair.
     *
     * @param tags the tags, without the repository
     * @return this
     */
    public RequestBuilder extraTags(String... tags) {
        extraTags.addAll(Arrays.asList(tags));
        return this;
    }

    /**
     * Builds from the archive at an http, https or file URL.
     *
     * @param url the URL
     * @return this
     */
    public RequestBuilder context(String url) {
        return context(new ContextSource(url, null, null, null));
    }

    /**
     * Builds from this archive.
     *
     * @param source the archive
     * @return this
     */
    public RequestBuilder context(ContextSource source) {
        context = source;
        return this;
    }

    /**
     * Uses another Dockerfile of the context than the one of that name.
     *
     * @param path its path below the context
     * @return this
     */
    public RequestBuilder dockerfile(String path) {
        dockerfile = path;
        return this;
    }

    /**
     * Uses these lines as the Dockerfile.
     *
     * @param lines the lines, with {@code \n} between them
     * @return this
     */
    public RequestBuilder dockerfileInline(String lines) {
        dockerfileInline = lines;
        return this;
    }

    /**
     * Builds this stage instead of the last.
     *
     * @param stage the stage's name
     * @return this
     */
    public RequestBuilder target(String stage) {
        target = stage;
        return this;
    }

    /**
     * Gives an {@code ARG} of the Dockerfile a value; a later one takes an earlier one's place.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public RequestBuilder buildArg(String name, String value) {
        buildArgs.put(name, value);
        return this;
    }

    /**
     * Adds a label to the image's config; a later one takes an earlier one's place.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public RequestBuilder label(String name, String value) {
        labels.put(name, value);
        return this;
    }

    /**
     * Builds for this platform instead of the worker's own.
     *
     * @param other the platform
     * @return this
     */
    public RequestBuilder platform(Platform other) {
        platform = other;
        return this;
    }

    /**
     * Hands the secret of that name in the operator's store to the steps that ask for the id.
     *
     * @param id the id in the Dockerfile
     * @param from its name in the operator's store
     * @return this
     */
    public RequestBuilder secret(String id, String from) {
        secrets.add(new SecretReference(id, from));
        return this;
    }

    /**
     * Says whether every step is to run anew.
     *
     * @param anew true for every step anew
     * @return this
     */
    public RequestBuilder noCache(boolean anew) {
        noCache = anew;
        return this;
    }

    /**
     * Adds an image whose cache may be used.
     *
     * @param reference the image, as in {@code registry.example.com/team/cache:main}
     * @return this
     * @throws InvalidValueException where it is no image reference
     */
    public RequestBuilder cacheFrom(String reference) {
        cacheFrom.add(ImageReference.parseSingle(reference));
        return this;
    }

    /**
     * Says where to export the cache.
     *
     * @param reference the image, as in {@code registry.example.com/team/cache:main}
     * @return this
     * @throws InvalidValueException where it is no image reference
     */
    public RequestBuilder cacheTo(String reference) {
        cacheTo = ImageReference.parseSingle(reference);
        return this;
    }

    /**
     * Makes only images of these formats.
     *
     * @param wanted the formats, at least one
     * @return this
     */
    public RequestBuilder formats(Set<Format> wanted) {
        formats = new LinkedHashSet<>(wanted);
        return this;
    }

    /**
     * Compresses the OCI image's layers in this way.
     *
     * @param other the compression
     * @return this
     */
    public RequestBuilder compression(Compression other) {
        compression = other;
        return this;
    }

    /**
     * Compares the images as closely as this.
     *
     * @param level how closely
     * @return this
     */
    public RequestBuilder verify(VerifyLevel level) {
        verify = level;
        return this;
    }

    /**
     * Ends the build when it takes longer than this.
     *
     * @param longest the longest time from the begin of the build
     * @return this
     */
    public RequestBuilder timeout(Duration longest) {
        timeout = longest;
        return this;
    }

    /**
     * Ends the build, or does not begin it, when this time has come.
     *
     * @param latest the time
     * @return this
     */
    public RequestBuilder deadline(Instant latest) {
        deadline = latest;
        return this;
    }

    /**
     * Adds something to be echoed in the event: String, Number, Boolean, List or Map of such.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public RequestBuilder metadata(String name, Object value) {
        metadata.put(name, value);
        return this;
    }

    /** {@return the request, which later calls do not change} */
    public BuildRequest build() {
        return new BuildRequest(requestId, image, extraTags, context, dockerfile, dockerfileInline, target, buildArgs,
                labels, platform, secrets, noCache, cacheFrom, cacheTo, formats, compression, verify, timeout, deadline,
                metadata);
    }
}
