package dev.fastpull.worker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs a child process to its end, reading both of its streams as they come. */
public final class ChildProcess {
    /** How long a child may take to end itself after SIGTERM; then it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private ChildProcess() {}

    /**
     * Runs the command until it ends.
     *
     * @param starter starts it
     * @param command what to run; its standard input is empty
     * @param out takes each line of standard output, on a thread of its own
     * @param err takes each line of standard error, on a thread of its own
     * @return the exit code, 128 + n where signal n ended it
     * @throws IOException where it cannot be started
     * @throws InterruptedException where this thread was interrupted; the child has ended by then
     */
    public static int run(ProcessStarter starter, Command command, Consumer<String> out, Consumer<String> err)
            throws IOException, InterruptedException {
        Process process = starter.start(command);
        try {
            process.getOutputStream().close();
            Thread outReader = Thread.ofVirtual().start(() -> lines(process.getInputStream(), out));
            Thread errReader = Thread.ofVirtual().start(() -> lines(process.getErrorStream(), err));
            int exitCode = process.waitFor();
            outReader.join();
            errReader.join();
            return exitCode;
        } finally {
            end(process);
        }
    }

    /** Asks the process to end, and kills it where it has not within the grace period. Does nothing where it has ended. */
    public static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void lines(InputStream stream, Consumer<String> consumer) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                consumer.accept(line);
            }
        } catch (IOException | UncheckedIOException _) {
            // The pipe broke since the child was killed: what it said until then has been handed on.
        }
    }
}
