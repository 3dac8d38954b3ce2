package dev.fastpull.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.BuildRequest.SecretReference;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one request field by field, in the order of the contract, and gathers all that is wrong with it. */
final class RequestReader {
    private static final Set<String> KNOWN = Set.of("version", "requestId", "image", "extraTags", "context",
            "dockerfile",
            "dockerfileInline", "target", "buildArgs", "labels", "platform", "secrets", "noCache", "cacheFrom",
            "cacheTo",
            "formats", "compression", "verify", "timeout", "deadline", "metadata");
    private static final Set<String> RESERVED = Set.of("from", "index", "prefetch", "attest", "retryOf", "priority");
    private static final Set<String> CONTEXT = Set.of("url", "sha256", "path", "credential");
    private static final Set<String> SECRET = Set.of("id", "from");
    private static final String DEFAULT_DOCKERFILE = "Dockerfile";

    private final Violations violations = new Violations();
    private final Fields request;

    private RequestReader(ObjectNode root) {
        this.request = new Fields(root, "", violations);
    }

    static Decoded read(ObjectNode root) {
        return new RequestReader(root).read();
    }

    private Decoded read() {
        if (isOfAnotherVersion()) {
            // Its other fields may mean something else, so nothing more is said of them.
            var ignored = new Fields(request.node(), "", new Violations());
            return violating(ignored.value("requestId", RequestGrammar::requestId),
                    ignored.value("image", ImageReference::parse), Map.of());
        }
        String requestId = request.required("requestId", RequestGrammar::requestId);
        ImageReference image = request.required("image", ImageReference::parse);
        List<String> extraTags = extraTags(image);
        ContextSource context = context();
        String inline = request.value("dockerfileInline", RequestGrammar::dockerfileInline);
        String dockerfile = request.value("dockerfile", RequestGrammar::dockerfile);
        checkSources();
        String target = request.value("target", RequestGrammar::target);
        Map<String, String> buildArgs = request.entries("buildArgs", RequestLimits.BUILD_ARGS,
                RequestGrammar::buildArgName, RequestGrammar::value);
        Map<String, String> labels = request.entries("labels", RequestLimits.LABELS, RequestGrammar::labelName,
                RequestGrammar::value);
        Platform platform = request.value("platform", RequestGrammar::platform);
        List<SecretReference> secrets = secrets();
        boolean noCache = request.flag("noCache");
        List<ImageReference> cacheFrom = request.values("cacheFrom", RequestLimits.CACHE_FROM,
                ImageReference::parseSingle);
        ImageReference cacheTo = request.value("cacheTo", ImageReference::parseSingle);
        Set<Format> formats = formats();
        Compression compression = request.value("compression", RequestGrammar::compression);
        VerifyLevel verify = request.value("verify", RequestGrammar::verify);
        var timeout = request.value("timeout", RequestGrammar::timeout);
        var deadline = request.value("deadline", RequestGrammar::deadline);
        Map<String, Object> metadata = metadata();
        request.allow(KNOWN, RESERVED);
        if (!violations.isEmpty()) {
            return violating(requestId, image, metadata);
        }
        return new Decoded.Valid(new BuildRequest(Objects.requireNonNull(requestId), Objects.requireNonNull(image),
                extraTags, context, orElse(dockerfile, DEFAULT_DOCKERFILE), inline, target, buildArgs, labels, platform,
                secrets, noCache, cacheFrom, cacheTo, formats, orElse(compression, Compression.GZIP),
                orElse(verify, VerifyLevel.CONTENT), timeout, deadline, metadata));
    }

    private static <T> T orElse(@Nullable T value, T other) {
        return value == null ? other : value;
    }

    private Decoded violating(@Nullable String requestId, @Nullable ImageReference image,
            Map<String, Object> metadata) {
        return new Decoded.Violating(requestId, image, metadata, violations.list(), violations.reason());
    }

    private boolean isOfAnotherVersion() {
        JsonNode version = request.node().path("version");
        if (!request.has("version")) {
            violations.add("version", "is required; this version of the contract is " + BuildRequest.VERSION);
        } else if (!version.isIntegralNumber()) {
            violations.add("version", "must be the number " + BuildRequest.VERSION);
        } else if (!version.bigIntegerValue().equals(BigInteger.valueOf(BuildRequest.VERSION))) {
            violations.add("version", FailureReason.UNSUPPORTED, "is " + Quoted.plain(version.asText())
                    + ", but this version of fastpull understands version " + BuildRequest.VERSION + " only");
            return true;
        }
        return false;
    }

    private List<String> extraTags(@Nullable ImageReference image) {
        List<String> tags = request.values("extraTags", RequestLimits.EXTRA_TAGS, ImageReference::checkPairTag);
        // Every name that the pair gets, so that no image of it takes the place of another.
        Set<String> taken = new HashSet<>();
        if (image != null) {
            takeBoth(image.tag(), taken);
        }
        for (String tag : tags) {
            if (!takeBoth(tag, taken)) {
                violations.add("extraTags",
                        "names the tag " + Quoted.of(tag) + ", which the image or another extra tag "
                                + "has already, as such or with " + Format.NYDUS.tagSuffix() + " added");
            }
        }
        return tags;
    }

    private static boolean takeBoth(String tag, Set<String> taken) {
        boolean isNew = taken.add(tag);
        return taken.add(tag + Format.NYDUS.tagSuffix()) && isNew;
    }

    private @Nullable ContextSource context() {
        Fields context = request.object("context");
        if (context == null) {
            return null;
        }
        String url = context.required("url", ContextUrl::check);
        String sha256 = context.value("sha256", RequestGrammar::sha256);
        String path = context.value("path", RequestGrammar::relativePath);
        String credential = context.value("credential", RequestGrammar::storeName);
        context.allow(CONTEXT, Set.of());
        return url == null
                ? null
                : new ContextSource(url, sha256, path == null || path.isEmpty() ? null : path, credential);
    }

    private void checkSources() {
        if (!request.has("context") && !request.has("dockerfileInline")) {
            violations.add("context", "is required where there is no dockerfileInline; write {\"url\": \"https://…\"}");
        }
        if (request.has("dockerfile") && request.has("dockerfileInline")) {
            violations.add("dockerfileInline", "takes the place of dockerfile; give one of the two");
        }
    }

    private List<SecretReference> secrets() {
        List<SecretReference> secrets = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Fields secret : request.objects("secrets", RequestLimits.SECRETS)) {
            String id = secret.required("id", RequestGrammar::storeName);
            String from = secret.value("from", RequestGrammar::storeName);
            secret.allow(SECRET, Set.of());
            if (id != null && !ids.add(id)) {
                violations.add(secret.path() + "id", "is " + Quoted.of(id) + ", as another secret's");
            } else if (id != null) {
                secrets.add(new SecretReference(id, orElse(from, id)));
            }
        }
        return secrets;
    }

    private Set<Format> formats() {
        Set<Format> formats = new LinkedHashSet<>();
        if (!request.has("formats")) {
            return new LinkedHashSet<>(List.of(Format.OCI, Format.NYDUS));
        }
        for (Format format : request.values("formats", RequestLimits.FORMATS, RequestGrammar::format)) {
            if (!formats.add(format)) {
                violations.add("formats", "names " + format.label() + " twice");
            }
        }
        if (request.node().path("formats").isEmpty() && request.node().path("formats").isArray()) {
            violations.add("formats", "is empty; name oci, nydus or both, or leave it out for both");
        }
        return formats;
    }

    private Map<String, Object> metadata() {
        Fields metadata = request.object("metadata");
        if (metadata == null) {
            return Map.of();
        }
        int bytes = StrictJson.bytes(JsonValues.write(metadata.node())).length;
        if (bytes > RequestLimits.METADATA_BYTES) {
            violations.add("metadata",
                    "has " + bytes + " bytes as JSON; " + RequestLimits.METADATA_BYTES + " are the most");
            return Map.of();
        }
        return JsonValues.toMap(metadata.node());
    }
}
