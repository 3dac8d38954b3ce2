package dev.fastpull.worker.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A folder that this process has for itself, with the cache of an earlier one where there was one: of {@code base/1},
 * {@code base/2} and so on the first that nobody holds. buildkitd needs a root of its own.
 */
final class StateFolder implements AutoCloseable {
    private static final int MOST = 64;

    private final Path path;
    private final FileChannel channel;

    private StateFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** {@return the first folder below {@code base} that no other process holds} */
    static StateFolder lock(Path base) throws IOException {
        for (int number = 1; number <= MOST; number++) {
            Path folder = Files.createDirectories(base.resolve(Integer.toString(number)));
            FileChannel channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (held(channel)) {
                return new StateFolder(folder, channel);
            }
            channel.close();
        }
        throw new IOException("all " + MOST + " folders below " + base + " are in use");
    }

    private static boolean held(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** Lets another process have the folder. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
