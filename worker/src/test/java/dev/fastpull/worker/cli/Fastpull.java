package dev.fastpull.worker.cli;

import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The program as a user starts it: a process of its own, with a process group of its own as a shell gives it, and with
 * standard output and standard error apart.
 */
final class Fastpull implements AutoCloseable {
    /** The launcher's flags. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx160m", "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            // Not the one for tests, which says more.
            "-Dlogback.configurationFile=logback.xml");
    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    /**
     * What it said.
     *
     * @param exitCode its exit code
     * @param out its standard output
     * @param err its standard error
     */
    record Result(int exitCode, String out, String err) {}

    private Fastpull(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** {@return the program, running, with its cache and Docker's configuration in {@code folder}} */
    static Fastpull start(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        // Whoever started the tests in the background may have had SIGINT ignored, and children inherit that.
        List<String> argv = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid",
                ProcessHandle.current().info().command().orElseThrow()));
        argv.addAll(FLAGS);
        argv.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.fastpull.worker.cli.Main"));
        argv.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "fastpull", ".out");
        Path err = Files.createTempFile(folder, "fastpull", ".err");
        var builder = new ProcessBuilder(argv).redirectOutput(out.toFile()).redirectError(err.toFile());
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("FASTPULL_TOOLCHAIN", Path.of(RealTools.toolchain().path("buildctl")).resolveSibling("..")
                .normalize().toString());
        all.putIfAbsent("FASTPULL_DATA", folder.resolve("data").toString());
        all.putIfAbsent("DOCKER_CONFIG", folder.resolve("no-docker").toString());
        builder.environment().putAll(all);
        return new Fastpull(builder.start(), out, err);
    }

    /** {@return what it says until it ends by itself} */
    static Result run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        try (var fastpull = start(folder, environment, arguments)) {
            return fastpull.result();
        }
    }

    /** Waits until it has said these words on standard error. */
    Fastpull awaitSaid(String words) {
        Awaitility.await("it says " + words).atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                .failFast("it ended: " + err, () -> !process.isAlive())
                .until(() -> err().contains(words));
        return this;
    }

    /** Sends a signal to it alone, or to its process group as a terminal does. */
    void signal(String name, boolean group) throws IOException, InterruptedException {
        RealTools.run("bash", "-c", "kill -" + name + " -- " + (group ? "-" : "") + process.pid());
    }

    /** {@return its standard error so far} */
    String err() throws IOException {
        return Files.readString(err);
    }

    /** {@return what it said, once it has ended} */
    Result result() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("it still runs after " + LIMIT_SECONDS + " s: " + err());
        }
        return new Result(process.exitValue(), Files.readString(out), err());
    }

    /** Ends it and all that it has started. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
