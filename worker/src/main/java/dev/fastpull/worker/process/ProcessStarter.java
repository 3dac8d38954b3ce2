package dev.fastpull.worker.process;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Starts child processes. Handed to whoever needs one, so that a test can hand in another. */
@FunctionalInterface
public interface ProcessStarter {

    /**
     * Starts the command, with pipes for its streams unless it has a log file.
     *
     * @throws IOException where the program does not exist or cannot be run
     */
    Process start(Command command) throws IOException;

    /**
     * {@return the same starter, which sets these variables for every process; those of a command itself win}
     *
     * @param environment names and values
     */
    default ProcessStarter with(Map<String, String> environment) {
        return command -> {
            var merged = new HashMap<>(environment);
            merged.putAll(command.environment());
            return start(new Command(command.argv(), merged, command.log()));
        };
    }

    /**
     * {@return the starter of real processes} They inherit this process's environment but for {@code FASTPULL_…}: those are
     * the worker's own, and some are passwords.
     */
    static ProcessStarter system() {
        return command -> {
            var builder = new ProcessBuilder(command.argv());
            builder.environment().putAll(command.environment());
            builder.environment().keySet().removeIf(name -> name.startsWith("FASTPULL_"));
            if (command.log() != null) {
                var log = ProcessBuilder.Redirect.appendTo(command.log().toFile());
                builder.redirectOutput(log).redirectErrorStream(true);
            }
            return builder.start();
        };
    }
}
