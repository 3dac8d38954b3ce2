package dev.fastpull.worker.disk;

import java.io.IOException;
import java.time.Duration;

/** What may be thrown away when space is needed: BuildKit's cache, the least recently used first. */
public interface Cache {
    /**
     * Throws away until so much of the volume is free, or nothing is left that may go.
     *
     * @param bytes as {@link Space#unallocated} counts
     * @param spared what was used for the last time less long ago stays
     * @throws IOException where the cache cannot be reached
     */
    void keepFree(long bytes, Duration spared) throws IOException, InterruptedException;

    /**
     * Throws away half of what there is.
     *
     * @throws IOException where the cache cannot be reached
     */
    void halve() throws IOException, InterruptedException;
}
