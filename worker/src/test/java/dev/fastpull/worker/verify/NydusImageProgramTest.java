package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On shell scripts in the program's place. */
class NydusImageProgramTest {
    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();

    @Test
    void asksForEveryInode() {
        assertThat(NydusImageProgram.command(Path.of("/opt/nydus-image"), Path.of("/tmp/a.boot"))).containsExactly(
                "/opt/nydus-image", "check", "-v", "--log-level", "error", "-B", "/tmp/a.boot");
    }

    @Test
    void handsOverLinesAndTheEnd() throws Exception {
        NydusImage.Exit exit = run("echo one; echo two ü; echo oops >&2; exit 3");

        assertThat(lines).containsExactly("one", "two ü");
        assertThat(exit).isEqualTo(new NydusImage.Exit(3, "oops"));
    }

    @Test
    void readsBothStreamsAtOnce() throws Exception {
        NydusImage.Exit exit = run("head -c 1000000 /dev/zero | tr '\\0' e >&2; echo end");

        assertThat(lines).containsExactly("end");
        assertThat(exit.lastWords()).hasSize(2000);
    }

    @Test
    void outputThatIsNoUtf8IsAnError() {
        assertThatThrownBy(() -> run("printf '\\377\\n'")).isInstanceOf(MalformedInputException.class);
    }

    @Test
    void whatTheReaderThrowsEndsTheProgram() throws Exception {
        Path script = script("echo $$ > " + folder.resolve("pid") + "; echo line; exec sleep 1000");

        assertThatThrownBy(() -> new NydusImageProgram(script).check(folder, _ -> {
            throw new IllegalStateException("enough");
        })).hasMessage("enough");

        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("pid")).strip()))).isEmpty();
    }

    @Test
    void anInterruptKillsTheProgram() throws Exception {
        Path script = script("echo $$; exec sleep 1000");
        CountDownLatch started = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<?> running = threads.submit(() -> new NydusImageProgram(script).check(folder, line -> {
                lines.add(line);
                started.countDown();
            }));
            started.await();
            ProcessHandle process = ProcessHandle.of(Long.parseLong(lines.getFirst())).orElseThrow();
            running.cancel(true);

            await().until(() -> !process.isAlive());
        }
    }

    private NydusImage.Exit run(String script) throws IOException, InterruptedException {
        return new NydusImageProgram(script(script)).check(folder.resolve("a.boot"), lines::add);
    }

    private Path script(String text) throws IOException {
        Path script = Files.writeString(folder.resolve("nydus-image"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }
}
