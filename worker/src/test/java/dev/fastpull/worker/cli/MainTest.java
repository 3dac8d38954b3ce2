package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        var commandLine = Main.commandLine(Map.of()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({"buidl, build", "wroker, worker", "submt, submit", "demos, demo"})
    void aMisspeltCommandIsRecognized(String word, String meant) {
        assertThat(run(word, "-t", "app")).isEqualTo(2);
        assertThat(err.toString()).contains("fastpull: unknown command " + word + ", did you mean " + meant + "?");
    }

    @Test
    void aMisspeltOptionIsRecognized() {
        assertThat(run("build", "--no-cashe=1", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--no-cashe", "did you mean --no-cache?");
    }

    @Test
    void whatPicocliFindsAndWhatTheCommandFindsIsToldTogether() {
        assertThat(run("submit", "--bogus", "--verify", "never")).isEqualTo(2);
        assertThat(err.toString()).contains("--bogus", "Missing required option: '--tag=REF'", "--verify never: ",
                "Say which broker", "Say where the context is", "Try: fastpull submit --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"build", "submit", "worker", "demo", "toolchain"})
    void helpNeedsNothing(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: fastpull " + command);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void onlyANameWithASlashOrAColonIsAnImage() {
        assertThat(OneShot.isImage(new String[]{"app:v1"})).isTrue();
        assertThat(OneShot.isImage(new String[]{"team/app", "--no-cache"})).isTrue();
        assertThat(OneShot.isImage(new String[]{"app"})).isFalse();
        assertThat(OneShot.isImage(new String[]{"-t", "team/app"})).isFalse();
        assertThat(OneShot.isImage(new String[]{"@/etc/arguments"})).isFalse();
        assertThat(OneShot.isImage(new String[0])).isFalse();
    }

    @Test
    void theImageAloneIsABuildOfTheWorkspace() {
        assertThat(OneShot.arguments(new String[]{"app:v1", "--no-cache"}, Map.of("CONTEXT_PATH", ""))).containsExactly(
                "build", "--tag", "app:v1", "--file", "Dockerfile", "--no-cache", "--", "/workspace");
        assertThat(OneShot.arguments(new String[]{"app:v1"}, Map.of("CONTEXT_PATH", "/c", "DOCKERFILE", "d/F")))
                .containsExactly("build", "--tag", "app:v1", "--file", "d/F", "--", "/c");
    }
}
