package dev.fastpull.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.testing.RealTools;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The script that builds the native programs, by its own tests with compilers that only pretend. */
class ToolchainScriptIT {
    @Test
    void itsOwnTestsPass() throws Exception {
        Process test = new ProcessBuilder(RealTools.repository().resolve("worker/toolchain/test").toString())
                .redirectErrorStream(true).start();
        String said = new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(test.waitFor()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.startsWith("ok "))).hasSizeGreaterThan(10);
    }
}
