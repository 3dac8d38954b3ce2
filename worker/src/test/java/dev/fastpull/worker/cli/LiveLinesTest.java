package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.Phase;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.messages.ProgressEvent.LogLine;
import dev.fastpull.messages.ProgressEvent.PhaseChanged;
import dev.fastpull.messages.ProgressEvent.Started;
import dev.fastpull.messages.ProgressEvent.StepChanged;
import dev.fastpull.messages.ProgressEvent.StepState;
import dev.fastpull.messages.ProgressEvent.Stream;
import dev.fastpull.worker.cli.LiveLines.Line;
import dev.fastpull.worker.cli.LiveLines.Look;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveLinesTest {
    private static final Instant BEGIN = Instant.parse("2026-11-01T10:00:00Z");
    private static final Terminal WIDE = new Terminal(61, 24);
    private static final List<ProgressEvent> NEWS = List.of(
            new Started("r", "worker-1", 1, at(0)),
            new PhaseChanged("r", Phase.FETCH, at(0)),
            new PhaseChanged("r", Phase.BUILD_OCI, at(1.5)),
            step("i", "[internal] load build definition", StepState.DONE, 1.6),
            step("a", "[build 1/3] FROM base", StepState.CACHED, 1.7),
            step("b", "[build 2/3] COPY . .", StepState.STARTED, 1.8),
            step("b", "[build 2/3] COPY . .", StepState.DONE, 2),
            step("c", "[build 3/3] RUN make", StepState.STARTED, 2),
            new LogLine("r", Phase.BUILD_OCI, "[build 3/3] RUN make", Stream.STDOUT, "cc -o \u001b[1mapp\u001b[0m",
                    at(3)),
            new LogLine("r", Phase.BUILD_OCI, "[build 3/3] RUN make", Stream.STDOUT, "", at(3)),
            step("d", "[stage-1 1/2] COPY --from=build app /", StepState.STARTED, 4));

    private static Instant at(double seconds) {
        return BEGIN.plusMillis(Math.round(seconds * 1000));
    }

    private static ProgressEvent step(String id, String name, StepState state, double seconds) {
        return new StepChanged("r", Phase.BUILD_OCI, id, name, state, at(seconds));
    }

    private static LiveState state(List<ProgressEvent> news) {
        LiveState state = LiveState.NOTHING;
        for (ProgressEvent each : news) {
            state = state.after(each);
        }
        return state;
    }

    private static List<String> texts(LiveState state, Instant now, Terminal terminal) {
        return LiveLines.of(state, now, terminal).stream().map(Line::text).toList();
    }

    @Test
    void aPhaseALineAndBelowTheLastOneTheStepsAtWork() {
        assertThat(texts(state(NEWS), at(70), WIDE)).containsExactly(
                "fetch                                                  1.5 s",
                "build-oci   2/5 steps, 1 cached                       1m 08s",
                "  [build 3/3] RUN make                                1m 08s",
                "    cc -o app",
                "  [stage-1 1/2] COPY --from=build app /               1m 06s");
    }

    @Test
    void onlyThePhaseAtWorkStandsOut() {
        assertThat(LiveLines.of(state(NEWS), at(5), WIDE)).extracting(Line::look).containsExactly(Look.PLAIN,
                Look.STRONG, Look.PLAIN, Look.FAINT, Look.PLAIN);
    }

    @Test
    void aPhaseThatEndsTakesItsStepsWithIt() {
        LiveState next = state(NEWS).after(new PhaseChanged("r", Phase.BUILD_NYDUS, at(11.5)));
        assertThat(texts(next, at(12), WIDE)).hasSize(3).element(1).asString().endsWith("10.0 s");
    }

    @Test
    void anotherAttemptBeginsAnew() {
        assertThat(state(NEWS).after(new Started("r", "worker-2", 2, at(20))).phases()).isEmpty();
    }

    @Test
    void newsOfAPhaseThatIsOverChangesNothing() {
        LiveState next = state(NEWS).after(new PhaseChanged("r", Phase.BUILD_NYDUS, at(11)));
        assertThat(next.after(step("c", "[build 3/3] RUN make", StepState.DONE, 12))).isEqualTo(next);
    }

    @Test
    void nothingIsWiderOrHigherThanTheTerminal() {
        for (int columns = 2; columns < 140; columns++) {
            int width = columns;
            assertThat(texts(state(NEWS), at(5), new Terminal(columns, 24)))
                    .allSatisfy(line -> assertThat(line.length()).isLessThan(width));
        }
        assertThat(texts(state(NEWS), at(5), new Terminal(20, 4))).hasSize(3)
                .element(2).isEqualTo("  [build 3/3] RUN …");
    }

    @Test
    void aFrameGoesUpOverTheLastOneAndIsColouredOnlyWhereThatIsWanted() {
        List<Line> lines = List.of(new Line("one", Look.STRONG), new Line("two", Look.FAINT));
        assertThat(LiveView.frame(lines, 3, false)).contains("\r\u001b[3A", "\u001b[2Kone\r\n\u001b[2Ktwo\r\n\u001b[J")
                .doesNotContain("\u001b[1m", "\u001b[2m");
        assertThat(LiveView.frame(lines, 0, true)).contains("\u001b[1mone\u001b[0m", "\u001b[2mtwo\u001b[0m")
                .doesNotContain("A\u001b");
    }
}
