package dev.fastpull.worker.process;

import java.io.IOException;

/** Starts child processes. Handed to whoever needs one, so that a test can hand in another. */
@FunctionalInterface
public interface ProcessStarter {

    /**
     * Starts the command, with pipes for its streams unless it has a log file.
     *
     * @throws IOException where the program does not exist or cannot be run
     */
    Process start(Command command) throws IOException;

    /** {@return the starter of real processes} */
    static ProcessStarter system() {
        return command -> {
            var builder = new ProcessBuilder(command.argv());
            builder.environment().putAll(command.environment());
            if (command.log() != null) {
                var log = ProcessBuilder.Redirect.appendTo(command.log().toFile());
                builder.redirectOutput(log).redirectErrorStream(true);
            }
            return builder.start();
        };
    }
}
