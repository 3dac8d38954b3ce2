package dev.fastpull.worker.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Java program of this project as a process of its own, so that it can be killed. */
public final class JavaChild implements AutoCloseable {
    /** The launcher's flags. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx160m", "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED");
    private static final long ENDS_WITHIN_SECONDS = 60;

    private final Process process;
    private final Path log;

    private JavaChild(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one.
     *
     * @param main the name of the class to run
     * @param environment what it gets beside this process's environment
     * @param log where its output goes
     * @param arguments its arguments
     */
    public static JavaChild start(String main, Map<String, String> environment, Path log, List<String> arguments)
            throws IOException {
        return start(List.of(), List.of(), main, environment, log, arguments);
    }

    /**
     * Starts one with other classes in place of some of the project's.
     *
     * @param before folders with classes that go before the class path of this process
     */
    public static JavaChild start(List<Path> before, String main, Map<String, String> environment, Path log,
            List<String> arguments) throws IOException {
        return start(List.of(), before, main, environment, log, arguments);
    }

    /** Starts one that sees no processes but its own and makes mounts that nobody else sees; all of it ends with it. */
    public static JavaChild startSecluded(String main, Map<String, String> environment, Path log,
            List<String> arguments) throws IOException {
        return start(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc",
                // The first process has to take leave of all orphans, which Java does not.
                "bash", "-c", "\"$@\"; exit $?", "bash"), List.of(), main, environment, log, arguments);
    }

    /**
     * Starts one in a network of its own, where nobody else is.
     *
     * @param address the address that its only interface has beside loopback's
     */
    public static JavaChild startApart(String address, String main, Map<String, String> environment, Path log,
            List<String> arguments) throws IOException {
        return start(List.of("unshare", "--net", "sh", "-c",
                "ip link set lo up && ip address add " + address + "/32 dev lo && exec \"$@\"", "sh"), List.of(), main,
                environment,
                log, arguments);
    }

    /**
     * Starts one with a small disk, which nobody else sees and which is gone with the process.
     *
     * @param disk the folder, existing and empty, where the disk is
     * @param size how large it is, as in {@code 200m}
     */
    public static JavaChild startOn(Path disk, String size, String main, Map<String, String> environment, Path log,
            List<String> arguments) throws IOException {
        return start(List.of("unshare", "--mount", "sh", "-c",
                "mount -t tmpfs -o size=" + size + " small " + disk + " && exec \"$@\"", "sh"), List.of(), main,
                environment,
                log, arguments);
    }

    private static JavaChild start(List<String> within, List<Path> before, String main,
            Map<String, String> environment, Path log, List<String> arguments) throws IOException {
        List<String> argv = new ArrayList<>(within);
        argv.add(ProcessHandle.current().info().command().orElseThrow());
        argv.addAll(FLAGS);
        String classPath = Stream.concat(before.stream().map(Path::toString),
                Stream.of(System.getProperty("java.class.path"))).collect(Collectors.joining(File.pathSeparator));
        argv.addAll(List.of("-cp", classPath, main));
        argv.addAll(arguments);
        var builder = new ProcessBuilder(argv).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new JavaChild(builder.start(), log);
    }

    /** {@return its process} */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** {@return its process and all that it has started and that still runs} */
    public List<ProcessHandle> family() {
        List<ProcessHandle> family = new ArrayList<>(List.of(handle()));
        handle().descendants().forEach(family::add);
        return family;
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Stops it, as {@code kill -STOP} does: it does nothing more until {@link #goOn}. */
    public void stop() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            RealTools.run("kill", "-" + name, Long.toString(process.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end, as {@code kill} does. */
    public void terminate() {
        process.destroy();
    }

    /** {@return its exit code, once it has ended} */
    public int exitCode() throws IOException, InterruptedException {
        return exitCode(Duration.ofSeconds(ENDS_WITHIN_SECONDS));
    }

    /** {@return its exit code, once it has ended}; throws {@link IOException} where it has not within the limit. */
    public int exitCode(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("it still runs after " + limit.toSeconds() + " s: " + log());
        }
        return process.exitValue();
    }

    /** {@return what it has printed so far} */
    public String log() throws IOException {
        return Files.readString(log);
    }

    /** Ends it and all that it has started. */
    @Override
    public void close() {
        List<ProcessHandle> family = family();
        kill();
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
