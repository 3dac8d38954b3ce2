package dev.fastpull.worker.job;

import dev.fastpull.worker.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private folder of one build, deleted with all that is in it when it is closed.
 *
 * @param path where it is
 */
record WorkFolder(Path path) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);

    /** Makes a folder below {@code root} that only this user may look into. */
    static WorkFolder create(Path root) throws IOException {
        Files.createDirectories(root);
        return new WorkFolder(Files.createTempDirectory(root, "build-"));
    }

    @Override
    public void close() {
        try {
            FileTrees.delete(path);
        } catch (IOException e) {
            LOG.warn("the build's folder {} cannot be deleted: {}", path, e.getMessage());
        }
    }
}
