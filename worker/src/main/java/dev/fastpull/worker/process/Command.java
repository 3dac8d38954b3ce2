package dev.fastpull.worker.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program with its arguments: a list, never a line for a shell.
 *
 * @param argv the program and its arguments, never empty
 * @param environment variables that are set in addition to those of this process
 * @param log the file to which both output streams are appended; null for pipes to this process
 */
public record Command(List<String> argv, Map<String, String> environment, @Nullable Path log) {

    /** Copies both collections; throws {@link IllegalArgumentException} where there is no program. */
    public Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("no program to run");
        }
    }

    /** {@return the command of these words, with the environment of this process} */
    public static Command of(List<String> argv) {
        return new Command(argv, Map.of(), null);
    }

    /** {@return the same command with one more environment variable} */
    public Command with(String variable, String value) {
        var merged = new HashMap<>(environment);
        merged.put(variable, value);
        return new Command(argv, merged, log);
    }

    /** {@return the same command, writing both output streams to the end of {@code file}} */
    public Command logTo(Path file) {
        return new Command(argv, environment, file);
    }

    /** {@return the program's name without its folder, for messages} */
    public String program() {
        return argv.getFirst().substring(argv.getFirst().lastIndexOf('/') + 1);
    }
}
