package dev.fastpull.worker.image;

import dev.fastpull.worker.disk.Cache;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The cache of a daemon that is this worker's own. The options are those of buildctl 0.32; what a build uses stays.
 *
 * @param address the daemon's
 * @param buildctl speaks to it
 */
record BuildkitCache(String address, Buildctl buildctl) implements Cache {
    /** buildctl counts in megabytes, and may be given parts of one. */
    private static final double MEGABYTE = 1e6;

    @Override
    public void keepFree(long bytes, Duration spared) throws IOException, InterruptedException {
        buildctl.prune(address, List.of("--free-storage", megabytes(bytes), "--keep-duration",
                spared.toSeconds() + "s"));
    }

    @Override
    public void halve() throws IOException, InterruptedException {
        buildctl.prune(address, List.of("--keep-storage", megabytes(buildctl.cacheBytes(address) / 2)));
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.6f", bytes / MEGABYTE);
    }
}
