package dev.fastpull.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.FailureReason.Category;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetriesTest {
    private final List<FailureReason> counted = new ArrayList<>();
    private final Retries retries = new Retries(Collections.nCopies(3, Duration.ZERO), counted::add);
    private int tries;

    @Test
    void whatPassesIsTriedAgain() throws Exception {
        assertThat(retries.run(() -> {
            if (++tries < 3) {
                throw new BuildException(FailureReason.REGISTRY_UNAVAILABLE, "503");
            }
            return "done";
        })).isEqualTo("done");
        assertThat(counted).containsExactly(FailureReason.REGISTRY_UNAVAILABLE, FailureReason.REGISTRY_UNAVAILABLE);
    }

    @Test
    void theLastTryCounts() {
        assertThatThrownBy(() -> retries.run(() -> {
            throw new BuildException(FailureReason.BUILDER_UNAVAILABLE, "try " + ++tries);
        })).hasMessage("try 4");
        assertThat(counted).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void noFailureOfAUserIsTriedAgain(FailureReason reason) {
        if (reason.category() == Category.USER || reason.category() == Category.CANCELED) {
            assertThatThrownBy(() -> retries.run(() -> {
                tries++;
                throw new BuildException(reason, "no");
            })).asInstanceOf(InstanceOfAssertFactories.type(BuildException.class))
                    .returns(reason, BuildException::reason);
            assertThat(tries).isEqualTo(1);
        }
    }

    @Test
    void anInterruptEndsThePause() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new Retries(List.of(Duration.ofHours(1)), counted::add).run(() -> {
            throw new BuildException(FailureReason.DISK_FULL, "full");
        })).isInstanceOf(InterruptedException.class);
    }

    @Test
    void theContractSaysWhatIsTriedAgain() throws IOException {
        Map<String, String> said = Pattern
                .compile("\\| ([A-Z_]+) \\| [a-z]+ \\| (?:yes|no) \\| [a-z]+ \\| (yes|no|in its own way) \\|")
                .matcher(Files.readString(Path.of("..", "docs", "CONTRACT.md"))).results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

        assertThat(said).isEqualTo(Arrays.stream(FailureReason.values())
                .collect(Collectors.toMap(Enum::name, RetriesTest::again)));
    }

    private static String again(FailureReason reason) {
        boolean byTheFetch = reason == FailureReason.CONTEXT_UNAVAILABLE;
        return Retries.again(reason) ? "yes" : byTheFetch ? "in its own way" : "no";
    }
}
