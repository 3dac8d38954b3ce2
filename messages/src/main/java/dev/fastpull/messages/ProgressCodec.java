package dev.fastpull.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.messages.ProgressEvent.Ended;
import dev.fastpull.messages.ProgressEvent.LogLine;
import dev.fastpull.messages.ProgressEvent.PhaseChanged;
import dev.fastpull.messages.ProgressEvent.Started;
import dev.fastpull.messages.ProgressEvent.StepChanged;
import dev.fastpull.messages.ProgressEvent.StepState;
import dev.fastpull.messages.ProgressEvent.Stream;
import java.time.Instant;
import java.util.Optional;

/** News of builds as JSON objects, told apart by their {@code type}. */
final class ProgressCodec {
    private static final String STARTED = "started";
    private static final String PHASE = "phase";
    private static final String LOG = "log";
    private static final String STEP = "step";
    private static final String ENDED = "ended";

    private ProgressCodec() {}

    static ObjectNode write(ProgressEvent event) {
        if (event instanceof Started started) {
            return head(STARTED, event).put("worker", started.worker()).put("attempt", started.attempt());
        }
        if (event instanceof PhaseChanged changed) {
            return head(PHASE, event).put("phase", changed.phase().label());
        }
        if (event instanceof StepChanged changed) {
            return head(STEP, event).put("phase", changed.phase().label()).put("id", changed.id())
                    .put("name", changed.name()).put("state", JsonValues.label(changed.state()));
        }
        if (event instanceof LogLine line) {
            ObjectNode node = head(LOG, event).put("phase", line.phase().label());
            if (line.step() != null) {
                node.put("step", line.step());
            }
            return node.put("stream", JsonValues.label(line.stream())).put("text", line.text());
        }
        if (event instanceof Ended ended) {
            return head(ENDED, event).set("event", EventWriter.write(ended.event()));
        }
        throw new IllegalStateException("news of an unknown kind: " + event.getClass());
    }

    private static ObjectNode head(String type, ProgressEvent event) {
        return JsonValues.object().put("type", type).put("requestId", event.requestId())
                .put("time", JsonValues.time(event.time()));
    }

    static Optional<ProgressEvent> read(ObjectNode node) {
        String requestId = EventReader.required(node, "requestId");
        Instant time = EventReader.time(node, "time");
        Optional<Phase> phase = JsonValues.labeled(Phase.values(), node.path("phase").asText());
        return switch (EventReader.required(node, "type")) {
            case STARTED -> Optional
                    .of(new Started(requestId, node.path("worker").asText(), node.path("attempt").asInt(), time));
            case PHASE -> phase.map(known -> new PhaseChanged(requestId, known, time));
            case LOG -> phase.map(known -> new LogLine(requestId, known, EventReader.text(node, "step"),
                    JsonValues.named(Stream.values(), node.path("stream").asText()).orElse(Stream.STDOUT),
                    node.path("text").asText(), time));
            case STEP -> phase.flatMap(known -> JsonValues.named(StepState.values(), node.path("state").asText())
                    .map(state -> new StepChanged(requestId, known, EventReader.required(node, "id"),
                            node.path("name").asText(), state, time)));
            case ENDED -> node.path("event") instanceof ObjectNode event
                    ? Optional.of(new Ended(requestId, EventReader.read(event), time))
                    : Optional.empty();
            default -> Optional.empty();
        };
    }
}
