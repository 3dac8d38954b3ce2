package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.fastpull.messages.CompletionEvent.Canceled;
import dev.fastpull.messages.CompletionEvent.Failed;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.CompletionEvent.Rejected;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {

    private static JsonNode json(String text) throws JsonProcessingException {
        return JsonMapper.builder().build().readTree(text);
    }

    @Test
    void writesASuccessAsTheContractHasIt() throws JsonProcessingException {
        assertThat(json(MessageCodec.encodeEvent(Events.succeeded()))).isEqualTo(json("""
                {"specversion": "1.0", "id": "0b0c", "source": "urn:fastpull:fastpull.build.requests",
                 "type": "dev.fastpull.build.succeeded.v1", "subject": "host.example/app:v1",
                 "time": "2026-11-01T10:00:00.123Z", "datacontenttype": "application/json",
                 "data": {"requestId": "r-1", "image": "host.example/app:v1", "attempt": 2, "worker": "w-1",
                  "published": "all", "superseded": true,
                  "images": [{"format": "oci", "reference": "host.example/app:v1", "digest": "sha256:%s",
                    "mediaType": "application/vnd.oci.image.manifest.v1+json", "configDigest": "sha256:%s",
                    "sizeBytes": 12345678901, "layerCount": 4}],
                  "verification": {"level": "content", "result": "equal", "filesCompared": 6769},
                  "phases": [{"name": "build-oci", "startedAt": "2026-11-01T09:59:00.000Z", "seconds": 12.346}],
                  "queueSeconds": 0.002, "totalSeconds": 60.0,
                  "context": {"sha256": "%s", "bytes": 10, "files": 3}, "steps": {"total": 9, "cached": 4},
                  "builder": {"worker": "0.1.0", "buildkit": "v0.32.2", "nydusImage": "2.2.0 (crate)"},
                  "metadata": {"k": [1, null]}}}
                """.formatted("aa".repeat(32), "bb".repeat(32), "cc".repeat(32))));
    }

    @Test
    void writesAFailureFlatAndLeavesOutWhatIsNotKnown() throws JsonProcessingException {
        JsonNode event = json(MessageCodec.encodeEvent(new Rejected(
                new CompletionEvent.Envelope("id", "urn:fastpull:q", null, Instant.EPOCH), Events.emptyReport(),
                new Failure(FailureReason.INVALID_REQUEST, "image is required", null, null, null))));

        assertThat(event.has("subject")).isFalse();
        assertThat(event.path("time").asText()).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(event.path("data")).isEqualTo(json("""
                {"requestId": "r-1", "attempt": 1, "worker": "w-1", "reason": "INVALID_REQUEST", "category": "user",
                 "retryable": false, "message": "image is required", "published": "none", "superseded": false,
                 "images": [], "phases": [], "totalSeconds": 0.0, "metadata": {}}
                """));
    }

    @Test
    void writesTheDataAlone() throws JsonProcessingException {
        var event = Events.failed();

        assertThat(json(MessageCodec.encodeEventData(event)))
                .isEqualTo(json(MessageCodec.encodeEvent(event)).path("data"));
    }

    static List<CompletionEvent> events() {
        var cause = new Failure(FailureReason.CANCELED, "stopped", null, null, null);
        return List.of(Events.succeeded(), Events.failed(),
                new Canceled(Events.envelope(), Events.emptyReport(), cause), new Rejected(Events.envelope(),
                        Events.emptyReport(), new Failure(FailureReason.UNSUPPORTED, "index", null, null, null)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void comesBackAsItWas(CompletionEvent event) {
        assertThat(MessageCodec.decodeEvent(MessageCodec.encodeEvent(event))).isEqualTo(event);
    }

    @Test
    void survivesWhatANewerWorkerTells() {
        String newer = MessageCodec.encodeEvent(Events.failed()).replace("BUILD_STEP_FAILED", "SOLAR_FLARE")
                .replace("\"specversion\"", "\"traceparent\": \"x\", \"specversion\"")
                .replace("\"attempt\":1", "\"attempt\":1, \"cost\": {\"eur\": 1}")
                .replace("\"phases\":[]", "\"phases\":[{\"name\": \"sign\", \"startedAt\": \"x\"}]");

        assertThat(MessageCodec.decodeEvent(newer)).asInstanceOf(type(Failed.class)).satisfies(failed -> {
            assertThat(failed.failure().reason()).isEqualTo(FailureReason.INTERNAL);
            assertThat(failed.failure().message()).startsWith("SOLAR_FLARE: ");
            assertThat(failed.report()).isEqualTo(Events.failed().report());
        });
        String formats = MessageCodec.encodeEvent(Events.succeeded()).replace("\"format\":\"oci\"",
                "\"format\":\"new\"");
        assertThat(MessageCodec.decodeEvent(formats).report().images()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "{\"id\": \"i\", \"source\": \"s\", \"time\": \"2026-01-01T00:00:00Z\", "
                    + "\"type\": \"other\", \"data\": {}}", "{\"id\": \"i\", \"source\": \"s\", \"time\": \"now\"}"})
    void isRefusedWhereItIsNone(String text) {
        assertThatThrownBy(() -> MessageCodec.decodeEvent(text)).isInstanceOf(UnreadableMessageException.class);
    }

    @Test
    void cutsTheLogAndMendsHalfACharacter() {
        var cause = new Failure(FailureReason.INTERNAL, "cut \uD83D", 1, null, "x".repeat(9000) + "end");
        var event = new Failed(Events.envelope(), Events.emptyReport(), cause);
        var back = (Failed) MessageCodec.decodeEvent(MessageCodec.encodeEvent(event));

        assertThat(back.failure().logTail()).hasSize(LogTail.MAX_BYTES).endsWith("xend");
        assertThat(back.failure().message()).isEqualTo("cut ?");
    }

    /** Events to try. */
    static final class Events {
        private Events() {}

        static CompletionEvent.Envelope envelope() {
            return new CompletionEvent.Envelope("0b0c", "urn:fastpull:fastpull.build.requests", "host.example/app:v1",
                    Instant.parse("2026-11-01T10:00:00.123Z"));
        }

        static BuildReport emptyReport() {
            return new BuildReport("r-1", null, 1, "w-1", List.of(), null, List.of(), null, 0, null, null, null, false,
                    BuildReport.Published.NONE, Map.of());
        }

        static Succeeded succeeded() {
            var image = new BuildReport.BuiltImage(Format.OCI, "host.example/app:v1", new Digest("aa".repeat(32)),
                    "application/vnd.oci.image.manifest.v1+json", new Digest("bb".repeat(32)), 12_345_678_901L, 4);
            Map<String, Object> metadata = JsonValues
                    .toMap(StrictJson.object(StrictJson.bytes("{\"k\": [1, null]}"), RequestLimits.METADATA_BYTES));
            return new Succeeded(envelope(), new BuildReport("r-1", "host.example/app:v1", 2, "w-1", List.of(image),
                    new BuildReport.Verification(VerifyLevel.CONTENT, BuildReport.Verification.Result.EQUAL, 6769),
                    List.of(new BuildReport.TimedPhase(Phase.BUILD_OCI, Instant.parse("2026-11-01T09:59:00Z"), 12.346)),
                    0.002, 60, new BuildReport.ContextUsed("cc".repeat(32), 10, 3), new BuildReport.Steps(9, 4),
                    new BuildReport.Builder("0.1.0", "v0.32.2", "2.2.0 (crate)"), true, BuildReport.Published.ALL,
                    metadata));
        }

        static Failed failed() {
            return new Failed(envelope(), emptyReport(), new Failure(FailureReason.BUILD_STEP_FAILED,
                    "RUN make failed with exit code 2.", 2, "RUN make", "make: *** [all] Error 2\n"));
        }
    }
}
