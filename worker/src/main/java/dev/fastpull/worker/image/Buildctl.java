package dev.fastpull.worker.image;

import dev.fastpull.worker.process.ChildProcess;
import dev.fastpull.worker.process.Command;
import dev.fastpull.worker.process.ProcessStarter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The program that speaks to buildkitd.
 *
 * @param program its path
 * @param starter starts it
 */
public record Buildctl(String program, ProcessStarter starter) {

    /** {@return whether a daemon answers at the address} */
    boolean answers(String address) throws InterruptedException {
        try {
            return run(address, List.of("debug", "workers"), Map.of(), _ -> {}) == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Forgets the folders that builds were given from this machine. BuildKit tells files apart by path, size, mode and
     * time, never by content, so a folder that somebody works in may hand it a changed file that looks unchanged.
     */
    void pruneLocalSources(String address) throws IOException, InterruptedException {
        run(address, List.of("prune", "--filter", "type==source.local"), Map.of(), _ -> {});
    }

    /**
     * Forgets what nobody uses, the least recently used first, as far as the options say.
     *
     * @throws IOException where the daemon does not do it
     */
    void prune(String address, List<String> options) throws IOException, InterruptedException {
        var argv = new ArrayList<>(List.of("prune", "--all"));
        argv.addAll(options);
        List<String> said = new ArrayList<>();
        if (run(address, argv, Map.of(), said::add) != 0) {
            throw new IOException(String.join(" ", said));
        }
    }

    /** {@return how much the daemon's cache holds, in bytes} */
    long cacheBytes(String address) throws IOException, InterruptedException {
        var bytes = new AtomicLong();
        int exitCode = ChildProcess.run(starter, Command.of(List.of(program, "--addr", address, "du", "--format",
                "{{range .}}{{.Size}}{{\"\\n\"}}{{end}}")),
                line -> bytes.addAndGet(line.isBlank() ? 0 : Long.parseLong(line.strip())), _ -> {});
        if (exitCode != 0) {
            throw new IOException("buildctl du ended with exit code " + exitCode);
        }
        return bytes.get();
    }

    /**
     * Runs one subcommand to its end.
     *
     * @return its exit code
     * @throws IOException where buildctl cannot be started
     * @throws InterruptedException where this thread was interrupted; buildctl has ended by then, and the daemon drops
     *     what it did for it
     */
    int run(String address, List<String> arguments, Map<String, String> environment, Consumer<String> err)
            throws IOException, InterruptedException {
        var argv = new ArrayList<>(List.of(program, "--addr", address));
        argv.addAll(arguments);
        return ChildProcess.run(starter, new Command(argv, environment, null), _ -> {}, err);
    }
}
