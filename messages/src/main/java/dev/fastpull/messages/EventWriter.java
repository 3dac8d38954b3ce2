package dev.fastpull.messages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.messages.CompletionEvent.Failure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes completion events as structured CloudEvents 1.0. What is null is left out; lists and metadata never are. */
final class EventWriter {
    private EventWriter() {}

    static ObjectNode write(CompletionEvent event) {
        ObjectNode node = JsonValues.object();
        node.put("specversion", "1.0");
        node.put("id", event.envelope().id());
        node.put("source", event.envelope().source());
        node.put("type", event.type());
        putText(node, "subject", event.envelope().subject());
        node.put("time", JsonValues.time(event.envelope().time()));
        node.put("datacontenttype", "application/json");
        node.set("data", data(event));
        return node;
    }

    static ObjectNode data(CompletionEvent event) {
        BuildReport report = event.report();
        ObjectNode data = JsonValues.object();
        data.put("requestId", report.requestId());
        putText(data, "image", report.image());
        data.put("attempt", report.attempt());
        data.put("worker", report.worker());
        event.cause().ifPresent(failure -> putFailure(data, failure));
        data.put("published", JsonValues.label(report.published()));
        data.put("superseded", report.superseded());
        putImages(data, report);
        if (report.verification() != null) {
            data.putObject("verification").put("level", report.verification().level().label())
                    .put("result", JsonValues.label(report.verification().result()))
                    .put("filesCompared", report.verification().filesCompared());
        }
        putPhases(data, report);
        if (report.queueSeconds() != null) {
            data.put("queueSeconds", JsonValues.seconds(report.queueSeconds()));
        }
        data.put("totalSeconds", JsonValues.seconds(report.totalSeconds()));
        if (report.context() != null) {
            ObjectNode context = data.putObject("context");
            putText(context, "sha256", report.context().sha256());
            context.put("bytes", report.context().bytes()).put("files", report.context().files());
        }
        if (report.steps() != null) {
            data.putObject("steps").put("total", report.steps().total()).put("cached", report.steps().cached());
        }
        if (report.builder() != null) {
            data.putObject("builder").put("worker", report.builder().worker())
                    .put("buildkit", report.builder().buildkit()).put("nydusImage", report.builder().nydusImage());
        }
        data.set("metadata", JsonValues.fromMap(report.metadata()));
        return data;
    }

    private static void putFailure(ObjectNode data, Failure failure) {
        data.put("reason", failure.reason().name());
        data.put("category", failure.reason().category().label());
        data.put("retryable", failure.reason().retryable());
        data.put("message", failure.message());
        if (failure.exitCode() != null) {
            data.put("exitCode", failure.exitCode());
        }
        putText(data, "step", failure.step());
        putText(data, "logTail", Optional.ofNullable(failure.logTail()).map(LogTail::of).orElse(null));
    }

    private static void putImages(ObjectNode data, BuildReport report) {
        ArrayNode images = data.putArray("images");
        report.images().forEach(image -> images.addObject().put("format", image.format().label())
                .put("reference", image.reference()).put("digest", image.digest().toString())
                .put("mediaType", image.mediaType()).put("configDigest", image.configDigest().toString())
                .put("sizeBytes", image.sizeBytes()).put("layerCount", image.layerCount()));
    }

    private static void putPhases(ObjectNode data, BuildReport report) {
        ArrayNode phases = data.putArray("phases");
        report.phases().forEach(phase -> phases.addObject().put("name", phase.name().label())
                .put("startedAt", JsonValues.time(phase.startedAt()))
                .put("seconds", JsonValues.seconds(phase.seconds())));
    }

    private static void putText(ObjectNode node, String name, @Nullable String text) {
        if (text != null) {
            node.put(name, text);
        }
    }
}
