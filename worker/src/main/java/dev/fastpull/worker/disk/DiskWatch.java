package dev.fastpull.worker.disk;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Has a {@link DiskGuard} look every few seconds, until it is closed. */
public final class DiskWatch implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    private final DiskGuard guard;
    private final CountDownLatch closing = new CountDownLatch(1);

    private DiskWatch(DiskGuard guard) {
        this.guard = guard;
    }

    /** Has it look once before this returns, and then again and again. */
    public static DiskWatch start(DiskGuard guard) throws InterruptedException {
        var watch = new DiskWatch(guard);
        guard.look();
        Thread.ofVirtual().name("disk-watch").start(watch::run);
        return watch;
    }

    /** {@return what it has look} */
    public DiskGuard guard() {
        return guard;
    }

    private void run() {
        try {
            while (!closing.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
                guard.look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
