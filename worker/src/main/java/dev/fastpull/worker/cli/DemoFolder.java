package dev.fastpull.worker.cli;

import dev.fastpull.worker.FileTrees;
import dev.fastpull.worker.process.ChildProcess;
import dev.fastpull.worker.process.Command;
import dev.fastpull.worker.process.ProcessStarter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder that holds all of a demo, and goes with it.
 *
 * @param path where it is
 */
record DemoFolder(Path path) implements AutoCloseable {

    /** {@return a tar archive of the folder, alone in a folder of its own} */
    Path pack(Path context) throws IOException, InterruptedException {
        if (!Files.isDirectory(context)) {
            throw new UsageException("Build context path does not exist: " + context);
        }
        Path archive = Files.createDirectories(path.resolve("contexts")).resolve("context.tar");
        int exitCode = ChildProcess.run(ProcessStarter.system(), Command.of(List.of("tar", "--create", "--file",
                archive.toString(), "--directory", context.toAbsolutePath().toString(), ".")), _ -> {},
                System.err::println);
        if (exitCode != 0) {
            throw new IOException("tar cannot pack " + context);
        }
        return archive;
    }

    @Override
    public void close() throws IOException {
        FileTrees.delete(path);
    }
}
