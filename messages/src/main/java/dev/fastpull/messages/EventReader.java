package dev.fastpull.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildReport.TimedPhase;
import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failure;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads completion events, also those of newer workers: what has no name here is passed over. */
final class EventReader {
    private EventReader() {}

    static CompletionEvent read(ObjectNode node) {
        JsonNode data = node.path("data");
        var envelope = new Envelope(required(node, "id"), required(node, "source"), text(node, "subject"),
                time(node, "time"));
        return switch (required(node, "type")) {
            case "dev.fastpull.build.succeeded.v1" -> new CompletionEvent.Succeeded(envelope, report(data));
            case "dev.fastpull.build.failed.v1" -> new CompletionEvent.Failed(envelope, report(data),
                    failure(data, FailureReason.INTERNAL));
            case "dev.fastpull.build.canceled.v1" -> new CompletionEvent.Canceled(envelope, report(data),
                    failure(data, FailureReason.CANCELED));
            case "dev.fastpull.build.rejected.v1" -> new CompletionEvent.Rejected(envelope, report(data),
                    failure(data, FailureReason.INVALID_REQUEST));
            default -> throw new UnreadableMessageException("The event is of a type that this version of fastpull "
                    + "does not know.");
        };
    }

    private static BuildReport report(JsonNode data) {
        return new BuildReport(required(data, "requestId"), text(data, "image"), data.path("attempt").asInt(),
                data.path("worker").asText(), images(data.path("images")), verification(data.path("verification")),
                phases(data.path("phases")),
                data.path("queueSeconds").isNumber() ? data.path("queueSeconds").asDouble() : null,
                data.path("totalSeconds").asDouble(), context(data.path("context")), steps(data.path("steps")),
                builder(data.path("builder")), data.path("superseded").asBoolean(),
                JsonValues.named(Published.values(), data.path("published").asText()).orElse(Published.NONE),
                data.path("metadata") instanceof ObjectNode metadata ? JsonValues.toMap(metadata) : Map.of());
    }

    private static Failure failure(JsonNode data, FailureReason otherwise) {
        String reason = data.path("reason").asText();
        Optional<FailureReason> known = JsonValues.named(FailureReason.values(), reason);
        String message = data.path("message").asText();
        return new Failure(known.orElse(otherwise), known.isPresent() ? message : reason + ": " + message,
                data.path("exitCode").isInt() ? data.path("exitCode").asInt() : null, text(data, "step"),
                text(data, "logTail"));
    }

    private static List<BuiltImage> images(JsonNode list) {
        List<BuiltImage> images = new ArrayList<>();
        for (JsonNode image : list) {
            JsonValues.labeled(Format.values(), image.path("format").asText())
                    .ifPresent(format -> images.add(new BuiltImage(format, required(image, "reference"),
                            digest(image, "digest"), image.path("mediaType").asText(), digest(image, "configDigest"),
                            image.path("sizeBytes").asLong(), image.path("layerCount").asInt())));
        }
        return images;
    }

    private static List<TimedPhase> phases(JsonNode list) {
        List<TimedPhase> phases = new ArrayList<>();
        for (JsonNode phase : list) {
            JsonValues.labeled(Phase.values(), phase.path("name").asText()).ifPresent(name -> phases
                    .add(new TimedPhase(name, time(phase, "startedAt"), phase.path("seconds").asDouble())));
        }
        return phases;
    }

    private static @Nullable Verification verification(JsonNode node) {
        var level = JsonValues.labeled(VerifyLevel.values(), node.path("level").asText());
        var result = JsonValues.named(Verification.Result.values(), node.path("result").asText());
        return level.isPresent() && result.isPresent()
                ? new Verification(level.get(), result.get(), node.path("filesCompared").asLong())
                : null;
    }

    private static BuildReport.@Nullable ContextUsed context(JsonNode node) {
        return node.isObject()
                ? new BuildReport.ContextUsed(text(node, "sha256"), node.path("bytes").asLong(),
                        node.path("files").asLong())
                : null;
    }

    private static BuildReport.@Nullable Steps steps(JsonNode node) {
        return node.isObject()
                ? new BuildReport.Steps(node.path("total").asInt(), node.path("cached").asInt())
                : null;
    }

    private static BuildReport.@Nullable Builder builder(JsonNode node) {
        return node.isObject()
                ? new BuildReport.Builder(node.path("worker").asText(), node.path("buildkit").asText(),
                        node.path("nydusImage").asText())
                : null;
    }

    private static Digest digest(JsonNode node, String name) {
        return Digest.parse(node.path(name).asText()).orElseThrow(() -> missing(name));
    }

    static @Nullable String text(JsonNode node, String name) {
        return node.path(name).isTextual() ? node.path(name).textValue() : null;
    }

    static String required(JsonNode node, String name) {
        String text = text(node, name);
        if (text == null) {
            throw missing(name);
        }
        return text;
    }

    static Instant time(JsonNode node, String name) {
        try {
            return Instant.parse(required(node, name));
        } catch (DateTimeException e) {
            throw missing(name);
        }
    }

    private static UnreadableMessageException missing(String name) {
        return new UnreadableMessageException("The event has no usable " + name + ".");
    }
}
