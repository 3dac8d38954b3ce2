package dev.fastpull.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SolveProgressTest {
    private final List<String> heard = new ArrayList<>();
    private final SolveProgress progress = new SolveProgress(new SolveListener() {
        @Override
        public void step(String step, String name, StepState state) {
            heard.add(state + " " + name);
        }

        @Override
        public void log(String step, String name, String line) {
            heard.add(name + ": " + line);
        }
    });

    @Test
    void stepsAreToldOnceForEachChange() {
        progress.accept("""
                {"vertexes":[{"digest":"sha256:a","name":"[1/2] COPY a /a"}]}""");
        progress.accept(
                """
                        {"vertexes":[{"digest":"sha256:a","name":"[1/2] COPY a /a","started":"t"},{"digest":"sha256:a","name":"[1/2] COPY a /a","started":"t"}]}""");
        progress.accept("""
                {"vertexes":[{"digest":"sha256:a","name":"[1/2] COPY a /a","started":"t","completed":"u"}]}""");
        assertThat(heard).containsExactly("STARTED [1/2] COPY a /a", "DONE [1/2] COPY a /a");
    }

    @Test
    void onlyStepsOfTheDockerfileAreCounted() {
        vertex("[internal] load build context", "");
        vertex("[1/2] FROM docker.io/library/debian:13@sha256:" + "a".repeat(64), ",\"cached\":true");
        vertex("[build 2/2] RUN make", "");
        vertex("exporting to image", "");
        assertThat(progress.total()).isEqualTo(2);
        assertThat(progress.cached()).isEqualTo(1);
        assertThat(progress.bases()).containsExactly("docker.io/library/debian:13@sha256:" + "a".repeat(64));
    }

    @Test
    void aLineThatArrivesInTwoPartsIsOne() {
        vertex("[1/1] RUN make", "");
        log("[1/1] RUN make", "hel");
        log("[1/1] RUN make", "lo\nworld\n");
        assertThat(heard).contains("[1/1] RUN make: hello", "[1/1] RUN make: world");
    }

    @Test
    void theTailIsThatOfTheStepThatFailed() {
        vertex("[1/2] RUN noisy", "");
        vertex("[2/2] RUN broken", ",\"error\":\"exit code: 1\"");
        log("[2/2] RUN broken", "it is broken\n");
        log("[1/2] RUN noisy", "noise\n");
        progress.accept("error: failed to solve: exit code: 1");
        assertThat(progress.failedStep()).contains("[2/2] RUN broken");
        assertThat(progress.logTail()).contains("it is broken");
        assertThat(progress.error()).contains("failed to solve: exit code: 1");
    }

    @Test
    void aLastLineWithoutAnEndIsNotLost() {
        vertex("[1/1] RUN broken", ",\"error\":\"exit code: 1\"");
        log("[1/1] RUN broken", "first\nlast");
        progress.finish();
        assertThat(progress.logTail()).contains("first\nlast");
        assertThat(heard).contains("[1/1] RUN broken: first", "[1/1] RUN broken: last");
    }

    @Test
    void theTailHoldsNoMoreThanAnEventMayCarry() {
        vertex("[1/1] RUN yes", "");
        for (int i = 0; i < 5000; i++) {
            log("[1/1] RUN yes", "line " + i + "\n");
        }
        assertThat(progress.logTail().orElseThrow()).endsWith("line 4999");
        assertThat(progress.logTail().orElseThrow().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(8000, 8192);
    }

    private void vertex(String name, String more) {
        progress.accept("{\"vertexes\":[{\"digest\":\"" + name.hashCode() + "\",\"name\":\"" + name
                + "\",\"started\":\"t\",\"completed\":\"u\"" + more + "}]}");
    }

    private void log(String step, String text) {
        progress.accept("{\"logs\":[{\"vertex\":\"" + step.hashCode() + "\",\"stream\":1,\"data\":\""
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"}]}");
    }
}
