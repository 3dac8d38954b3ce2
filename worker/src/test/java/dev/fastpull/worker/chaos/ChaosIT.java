package dev.fastpull.worker.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.FileTrees;
import dev.fastpull.worker.testing.JavaChild;
import dev.fastpull.worker.testing.RealTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code bench/chaos/run}: a fault of each kind. Where it fails, its output has the seed, and
 * target/chaos/it the logs of its workers.
 */
class ChaosIT {
    private static final Duration LONGEST = Duration.ofMinutes(9);

    @TempDir
    Path folder;

    @Test
    void everyRequestEndsInOneTruthfulEvent() throws Exception {
        Path report = RealTools.repository().resolve("worker/target/chaos/it");
        if (Files.exists(report)) {
            FileTrees.delete(report);
        }
        Path log = Files.createDirectories(report).resolve("log");
        try (var run = JavaChild.startSecluded(ChaosRun.class.getName(), Map.of(), log, List.of("--requests", "30",
                "--workers", "2", "--minutes", "3", "--work", folder.toString(), "--report", report.toString()))) {
            assertThat(run.exitCode(LONGEST)).as(run.log()).isZero();
        }
    }
}
