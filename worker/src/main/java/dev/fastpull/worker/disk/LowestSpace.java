package dev.fastpull.worker.disk;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Remembers whether a volume was full at any time since this was started. What a build wrote is gone soon after it failed,
 * and the space is back before anybody who looks at it then.
 */
public final class LowestSpace implements AutoCloseable {
    /** A look costs microseconds. */
    private static final long BETWEEN_MS = 50;

    private final Optional<Volume> volume;
    private final AtomicBoolean full = new AtomicBoolean();
    private final CountDownLatch closing = new CountDownLatch(1);

    private LowestSpace(Optional<Volume> volume) {
        this.volume = volume;
    }

    /** Begins to look at the volume; with none, there is nothing to remember. */
    public static LowestSpace watch(Optional<Volume> volume) {
        var lowest = new LowestSpace(volume);
        if (volume.isPresent()) {
            Thread.ofVirtual().name("lowest-space").start(lowest::run);
        }
        return lowest;
    }

    /** Looks once more now. */
    public void look() {
        if (volume.isPresent() && volume.get().space().full()) {
            full.set(true);
        }
    }

    /** {@return whether the volume was full whenever it was looked at} */
    public boolean wasFull() {
        return full.get();
    }

    private void run() {
        try {
            do {
                look();
            } while (!full.get() && !closing.await(BETWEEN_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
