package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.InvalidRequestException;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.Platform;
import dev.fastpull.messages.RequestBuilder;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.messages.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what to build, one for each field of a request. */
final class RequestOptions {
    /** Stands in for a name that could not be read, so that the other mistakes are found too. */
    private static final ImageReference UNREADABLE = ImageReference.parse("localhost/unreadable");

    @Option(
            names = {"-t", "--tag"},
            required = true,
            paramLabel = "REF",
            description = "The image with its tag; the Nydus image gets the tag with -fastpull. May be repeated for more"
                    + " tags of the same repository.")
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

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH",
            description = "What to build for (default: what the builder runs on).")
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
            paramLabel = "oci,nydus",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "oci,nydus",
            description = "Which images to make: both, or one of them (default: ${DEFAULT-VALUE}).")
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
            description = "How long the build may take, such as 90s, 30m or PT30M.")
    private @Nullable String timeout;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "When the images are no longer of use, such as 2026-12-01T00:00:00Z.")
    private @Nullable String deadline;

    @Option(names = "--request-id", paramLabel = "ID", description = "The request's id (default: a random one).")
    private @Nullable String requestId;

    @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "Echoed in the event. May be repeated.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    RequestOptions() {}

    /** {@return the Dockerfile's path below the context} */
    String dockerfile() {
        return file;
    }

    /**
     * {@return the request that the options make; one that is not to be used where anything was noted}
     *
     * @param more adds what these options do not say, such as the context
     */
    BuildRequest request(Consumer<RequestBuilder> more, Mistakes mistakes) {
        RequestBuilder builder = named(mistakes)
                .dockerfile(file)
                .noCache(noCache)
                .formats(choices(Format.values(), formats, "--formats", mistakes))
                .compression(choice(Compression.values(), compression, "--compression", mistakes))
                .verify(choice(VerifyLevel.values(), verify, "--verify", mistakes));
        buildArgs.forEach(builder::buildArg);
        labels.forEach(builder::label);
        metadata.forEach(builder::metadata);
        cacheFrom.forEach(cache -> mistakes.read("--cache-from", cache, builder, builder::cacheFrom));
        if (target != null) {
            builder.target(target);
        }
        read("--cache-to", cacheTo, builder, mistakes, builder::cacheTo);
        read("--timeout", timeout, builder, mistakes, text -> builder.timeout(Times.positive(text)));
        read("--deadline", deadline, builder, mistakes, text -> builder.deadline(Times.instant(text)));
        read("--platform", platform, builder, mistakes, text -> builder.platform(Platform.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("write OS/ARCH, as in linux/amd64"))));
        more.accept(builder);
        BuildRequest request = builder.build();
        check(request, mistakes);
        return request;
    }

    private RequestBuilder named(Mistakes mistakes) {
        List<ImageReference> images = tags.stream()
                .map(tag -> mistakes.read("--tag", tag, UNREADABLE, ImageReference::parse))
                .toList();
        ImageReference first = images.isEmpty() ? UNREADABLE : images.getFirst();
        RequestBuilder builder = BuildRequest.builder(requestId == null ? UUID.randomUUID().toString() : requestId,
                first.toString());
        for (ImageReference other : images.stream().skip(1).toList()) {
            if (other.name().equals(first.name())) {
                builder.extraTags(other.tag());
            } else if (!other.equals(UNREADABLE) && !first.equals(UNREADABLE)) {
                mistakes.add("--tag " + other + ": every --tag must be of the same repository, which is "
                        + first.name() + ".");
            }
        }
        return builder;
    }

    private static void check(BuildRequest request, Mistakes mistakes) {
        try {
            MessageCodec.encodeRequest(request);
        } catch (InvalidRequestException e) {
            for (Violation violation : e.violations()) {
                mistakes.add(option(violation.path()) + " " + violation.message());
            }
        }
    }

    /** {@return the option that a field of the request comes from, or the field itself} */
    private static String option(String path) {
        String field = path.replaceFirst("[.\\[].*", "");
        return switch (field) {
            case "context" -> path.equals("context.url") ? "CONTEXT_URL" : path;
            case "dockerfile" -> "--file";
            case "extraTags" -> "--tag";
            case "buildArgs" -> "--build-arg" + path.substring(field.length());
            case "labels" -> "--label" + path.substring(field.length());
            case "secrets" -> "--secret" + path.substring(field.length());
            case "requestId" -> "--request-id";
            case "cacheFrom" -> "--cache-from";
            case "cacheTo" -> "--cache-to";
            case "target", "platform", "formats", "compression", "verify", "timeout", "deadline", "metadata" ->
                "--" + path;
            default -> path;
        };
    }

    private static void read(String option, @Nullable String text, RequestBuilder builder, Mistakes mistakes,
            Function<String, RequestBuilder> into) {
        if (text != null) {
            mistakes.read(option, text, builder, into);
        }
    }

    private static <E extends Enum<E>> Set<E> choices(E[] all, List<String> names, String option, Mistakes mistakes) {
        Set<E> chosen = new LinkedHashSet<>();
        names.forEach(name -> chosen.add(choice(all, name, option, mistakes)));
        return chosen;
    }

    private static <E extends Enum<E>> E choice(E[] all, String name, String option, Mistakes mistakes) {
        return mistakes.read(option, name, all[0], text -> Arrays.stream(all)
                .filter(one -> one.name().equalsIgnoreCase(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("choose from " + String.join(", ",
                        Arrays.stream(all).filter(one -> one != VerifyLevel.FULL)
                                .map(one -> one.name().toLowerCase(Locale.ROOT)).toList()))));
    }
}
