package dev.fastpull.worker.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** Runs the real nydus-image as a child process. */
public final class NydusImageProgram implements NydusImage {
    private static final int LAST_WORDS = 2000;

    private final Path program;

    /** @param program the path of the executable */
    public NydusImageProgram(Path program) {
        this.program = program;
    }

    /**
     * {@return the command line}
     *
     * @param program the path of the executable
     * @param bootstrap the bootstrap to check
     */
    static List<String> command(Path program, Path bootstrap) {
        // -B is called deprecated, but a bare path makes 2.2.0 ask for a storage backend and fail without one.
        return List.of(program.toString(), "check", "-v", "--log-level", "error", "-B", bootstrap.toString());
    }

    @Override
    public Exit check(Path bootstrap, Consumer<String> lines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(program, bootstrap)).start();
        try {
            process.getOutputStream().close();
            FutureTask<String> errors = drain(() -> lastWords(process.getErrorStream()));
            FutureTask<String> output = drain(() -> {
                handOver(process.getInputStream(), lines);
                return "";
            });
            result(output);
            return new Exit(process.waitFor(), result(errors));
        } finally {
            process.destroyForcibly(); // nothing, where it has ended
            process.onExit().join();
        }
    }

    private static FutureTask<String> drain(Callable<String> reading) {
        FutureTask<String> task = new FutureTask<>(reading);
        Thread.ofVirtual().name("nydus-image output").start(task);
        return task;
    }

    private static void handOver(InputStream in, Consumer<String> lines) throws IOException {
        // A strict decoder: names that are no UTF-8 are printed escaped, so anything else is not to be trusted.
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), 1 << 16)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        }
    }

    private static String lastWords(InputStream in) throws IOException {
        StringBuilder tail = new StringBuilder();
        try (InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            char[] some = new char[LAST_WORDS];
            for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
                tail.append(some, 0, n);
                tail.delete(0, Math.max(0, tail.length() - LAST_WORDS));
            }
        }
        return tail.toString().strip();
    }

    private static String result(FutureTask<String> task) throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                case null, default -> throw new IllegalStateException("reading nydus-image's output failed", e);
            }
        }
    }
}
