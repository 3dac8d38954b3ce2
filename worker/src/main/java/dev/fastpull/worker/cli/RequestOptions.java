package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.InvalidRequestException;
import dev.fastpull.messages.InvalidValueException;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.Platform;
import dev.fastpull.messages.RequestBuilder;
import dev.fastpull.messages.VerifyLevel;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what to build, one for each field of a request. */
final class RequestOptions {
    @Option(
            names = {"-t", "--tag"},
            required = true,
            paramLabel = "REF",
            description = "The image, with its tag; the Nydus image gets the tag with -fastpull. May be repeated.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = {"-f", "--file", "--dockerfile"},
            paramLabel = "FILE",
            defaultValue = "Dockerfile",
            description = "The Dockerfile, relative to the context (default: ${DEFAULT-VALUE}).")
    private String file = "Dockerfile";

    @Option(names = "--build-arg", paramLabel = "KEY=VALUE", description = "A value for an ARG. May be repeated.")
    private Map<String, String> buildArgs = new LinkedHashMap<>();

    @Option(names = "--target", paramLabel = "STAGE", description = "The stage to build (default: the last).")
    private @Nullable String target;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label of the image. May be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "What to build for (default: this machine).")
    private @Nullable String platform;

    @Option(names = "--no-cache", description = "Run every step anew.")
    private boolean noCache;

    @Option(
            names = "--cache-from",
            paramLabel = "REF",
            description = "An image whose cache may be used. May be repeated.")
    private List<String> cacheFrom = new ArrayList<>();

    @Option(names = "--cache-to", paramLabel = "REF", description = "Where to export the cache.")
    private @Nullable String cacheTo;

    @Option(
            names = "--formats",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "oci,nydus",
            description = "Which images to make (default: ${DEFAULT-VALUE}).")
    private List<String> formats = List.of("oci", "nydus");

    @Option(
            names = "--compression",
            paramLabel = "gzip|zstd",
            defaultValue = "gzip",
            description = "How the OCI image's layers are compressed (default: ${DEFAULT-VALUE}).")
    private String compression = "gzip";

    @Option(
            names = "--verify",
            paramLabel = "content|structure|none",
            defaultValue = "content",
            description = "How closely both images are compared before they are published (default: ${DEFAULT-VALUE}).")
    private String verify = "content";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long the build may take, such as PT30M or 30m.")
    private @Nullable String timeout;

    @Option(names = "--request-id", paramLabel = "ID", description = "The request's id (default: a random one).")
    private @Nullable String requestId;

    @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "Echoed in the event. May be repeated.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    RequestOptions() {}

    /** {@return the Dockerfile's path below the context} */
    String dockerfile() {
        return file;
    }

    /** {@return the request that the options make}; throws {@link UsageException} with every mistake in it. */
    BuildRequest request(String contextUrl) {
        try {
            BuildRequest request = assembled(contextUrl);
            MessageCodec.encodeRequest(request);
            return request;
        } catch (InvalidValueException | InvalidRequestException | DateTimeParseException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private BuildRequest assembled(String contextUrl) {
        ImageReference image = ImageReference.parse(tags.getFirst());
        RequestBuilder builder = BuildRequest
                .builder(requestId == null ? UUID.randomUUID().toString() : requestId, image.toString())
                .context(contextUrl)
                .dockerfile(file)
                .noCache(noCache)
                .formats(choices(Format.values(), formats, "--formats"))
                .compression(choice(Compression.values(), compression, "--compression"))
                .verify(choice(VerifyLevel.values(), verify, "--verify"));
        buildArgs.forEach(builder::buildArg);
        labels.forEach(builder::label);
        metadata.forEach(builder::metadata);
        cacheFrom.forEach(builder::cacheFrom);
        for (String tag : tags.subList(1, tags.size())) {
            ImageReference other = ImageReference.parse(tag);
            if (!other.name().equals(image.name())) {
                throw new UsageException(
                        "Every -t must be of the same repository: " + other.name() + " is not " + image.name());
            }
            builder.extraTags(other.tag());
        }
        if (target != null) {
            builder.target(target);
        }
        if (cacheTo != null) {
            builder.cacheTo(cacheTo);
        }
        if (timeout != null) {
            String iso = timeout.toUpperCase(Locale.ROOT);
            builder.timeout(Duration.parse(iso.startsWith("P") ? iso : "PT" + iso));
        }
        if (platform != null) {
            builder.platform(Platform.parse(platform)
                    .orElseThrow(
                            () -> new UsageException("--platform " + platform + ": write OS/ARCH, as in linux/amd64")));
        }
        return builder.build();
    }

    private static <E extends Enum<E>> Set<E> choices(E[] all, List<String> names, String option) {
        Set<E> chosen = new LinkedHashSet<>();
        names.forEach(name -> chosen.add(choice(all, name, option)));
        return chosen;
    }

    private static <E extends Enum<E>> E choice(E[] all, String name, String option) {
        for (E one : all) {
            if (one.name().equalsIgnoreCase(name)) {
                return one;
            }
        }
        throw new UsageException(option + " " + name + ": one of "
                + String.join(", ",
                        java.util.Arrays.stream(all).map(one -> one.name().toLowerCase(Locale.ROOT)).toList()));
    }
}
