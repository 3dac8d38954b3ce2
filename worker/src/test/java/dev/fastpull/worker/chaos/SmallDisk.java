package dev.fastpull.worker.chaos;

import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A small tmpfs that a worker has its folder on, so that it can be filled. */
final class SmallDisk implements AutoCloseable {
    /** What a mount of it is called in the kernel's list. */
    static final String NAME = "fastpull-chaos-disk";
    private static final int LARGE = 1 << 20;
    private static final int SMALL = 1 << 12;

    private final Path folder;

    /** Mounts one of so many MiB. */
    SmallDisk(Path folder, int mebibytes) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        RealTools.run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", NAME, folder.toString());
    }

    /** Leaves no room on it for so long. */
    void fill(Duration length, Run run) throws IOException, InterruptedException {
        Path ballast = folder.resolve("ballast");
        try {
            fill(ballast, LARGE);
            fill(ballast, SMALL);
            run.pause(length);
        } finally {
            Files.deleteIfExists(ballast);
        }
    }

    private static void fill(Path ballast, int piece) throws IOException {
        try (var file = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (file.write(ByteBuffer.allocate(piece)) > 0) {
                if (file.size() > Integer.MAX_VALUE) {
                    throw new IllegalStateException("this is no small disk: " + ballast);
                }
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            RealTools.run("umount", "--lazy", folder.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
