package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.ProgressEvent.Ended;
import dev.fastpull.messages.ProgressEvent.LogLine;
import dev.fastpull.messages.ProgressEvent.PhaseChanged;
import dev.fastpull.messages.ProgressEvent.Started;
import dev.fastpull.messages.ProgressEvent.StepChanged;
import dev.fastpull.messages.ProgressEvent.StepState;
import dev.fastpull.messages.ProgressEvent.Stream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressCodecTest {
    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00.123Z");

    static List<ProgressEvent> news() {
        return List.of(new Started("r-1", "w-1", 2, NOW), new PhaseChanged("r-1", Phase.BUILD_OCI, NOW),
                new LogLine("r-1", Phase.BUILD_NYDUS, "[2/3] RUN make", Stream.STDERR, "oops \"x\"", NOW),
                new LogLine("r-1", Phase.PUBLISH, null, Stream.STDOUT, "", NOW),
                new StepChanged("r-1", Phase.BUILD_OCI, "sha256:1", "[1/3] FROM x", StepState.CACHED, NOW),
                new Ended("r-1", EventCodecTest.Events.succeeded(), NOW),
                new Ended("r-1", EventCodecTest.Events.failed(), NOW));
    }

    @ParameterizedTest
    @MethodSource("news")
    void comesBackAsItWas(ProgressEvent event) {
        assertThat(MessageCodec.decodeProgress(MessageCodec.encodeProgress(event))).contains(event);
    }

    @Test
    void isTheJsonOfTheContract() {
        assertThat(MessageCodec.encodeProgress(new PhaseChanged("r-1", Phase.BUILD_OCI, NOW))).isEqualTo(
                "{\"type\":\"phase\",\"requestId\":\"r-1\",\"time\":\"2026-11-01T10:00:00.123Z\",\"phase\":\"build-oci\"}");
        assertThat(MessageCodec
                .encodeProgress(new StepChanged("r-1", Phase.VERIFY, "sha256:1", "x", StepState.DONE, NOW)))
                .endsWith("\"phase\":\"verify\",\"id\":\"sha256:1\",\"name\":\"x\",\"state\":\"done\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"type\": \"weather\"", "\"type\": \"phase\", \"phase\": \"sign\"",
                    "\"type\": \"step\", \"phase\": \"verify\", \"state\": \"paused\"", "\"type\": \"ended\""})
    void passesOverWhatANewerWorkerTells(String fields) {
        assertThat(MessageCodec
                .decodeProgress("{\"requestId\": \"r\", \"time\": \"2026-11-01T10:00:00Z\", " + fields + "}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"requestId\": \"r\", \"time\": \"x\", \"type\": \"phase\"}"})
    void isRefusedWhereItIsNone(String text) {
        assertThatThrownBy(() -> MessageCodec.decodeProgress(text)).isInstanceOf(UnreadableMessageException.class);
    }
}
