package dev.fastpull.worker.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that takes some space for a bad day. To throw something away BuildKit has to write a little into its databases,
 * so on a disk without a single free block it cannot: the failed step's own files stay, and {@code buildctl prune} fails.
 * Then this file goes first.
 *
 * @param file the file
 * @param bytes how much it takes
 */
public record Reserve(Path file, long bytes) {
    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);
    /** A database of BuildKit grows by 16 MB at a time, and there are four. */
    private static final long AT_MOST = 64L << 20;
    private static final int PART = 50;
    private static final int CHUNK = 1 << 20;

    /** {@return the one in this folder, for a volume of this size in bytes: 64 MiB, or a fiftieth of it} */
    public static Reserve in(Path folder, long total) {
        return new Reserve(folder.resolve("reserve"), Math.min(AT_MOST, total / PART));
    }

    /** Gives its space back. */
    public void release() {
        try {
            if (Files.deleteIfExists(file)) {
                LOG.info("the {} of {} are given back, as the disk is full", Size.text(bytes), file);
            }
        } catch (IOException e) {
            LOG.warn("the reserve {} cannot be deleted: {}", file, e.getMessage());
        }
    }

    /** Takes its space, where it does not have it already and there is more than twice as much. */
    public void restore(Space space) {
        if (space.usable() <= 2 * bytes || isWhole()) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, EnumSet.of(StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING))) {
            // Written, since a file that only has a length takes no space.
            var zeros = ByteBuffer.allocate(CHUNK);
            while (channel.position() < bytes) {
                zeros.clear().limit((int) Math.min(CHUNK, bytes - channel.position()));
                channel.write(zeros);
            }
        } catch (IOException e) {
            LOG.debug("no reserve can be kept: {}", e.getMessage());
            release();
        }
    }

    private boolean isWhole() {
        return file.toFile().length() == bytes;
    }
}
