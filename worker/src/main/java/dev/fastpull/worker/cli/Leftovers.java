package dev.fastpull.worker.cli;

import dev.fastpull.worker.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What builds leave in a service's folder when it is killed: their own folders, bootstraps that were being looked into,
 * and listings half-written. The daemon's part the daemon's part sweeps.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Removes them; nothing may run in the folder yet, and no other process may use it. */
    static void sweep(Path folder) {
        int folders = delete(folder.resolve("work"), "build-*");
        int bootstraps = delete(folder.resolve("verify"), "*");
        int listings = delete(folder.resolve("listings"), "*.partial");
        if (folders + bootstraps + listings > 0) {
            LOG.info("removed what an earlier worker left in {}: {} build folders, {} bootstraps, {} listings", folder,
                    folders, bootstraps, listings);
        }
    }

    private static int delete(Path parent, String glob) {
        if (!Files.isDirectory(parent)) {
            return 0;
        }
        int deleted = 0;
        try {
            for (Path leftover : list(parent, glob)) {
                FileTrees.delete(leftover);
                deleted++;
            }
        } catch (IOException e) {
            LOG.warn("cannot remove what an earlier worker left in {}: {}", parent, e.getMessage());
        }
        return deleted;
    }

    private static List<Path> list(Path parent, String glob) throws IOException {
        var matcher = parent.getFileSystem().getPathMatcher("glob:" + glob);
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(file -> matcher.matches(file.getFileName())).toList();
        }
    }
}
