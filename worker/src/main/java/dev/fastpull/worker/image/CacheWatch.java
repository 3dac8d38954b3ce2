package dev.fastpull.worker.image;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every minute how much BuildKit's cache holds, until it is closed. */
public final class CacheWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CacheWatch.class);
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private final Builder builder;
    private final Buildctl buildctl;
    private final LongConsumer bytes;
    private final CountDownLatch closing = new CountDownLatch(1);

    private CacheWatch(Builder builder, Buildctl buildctl, LongConsumer bytes) {
        this.builder = builder;
        this.buildctl = buildctl;
        this.bytes = bytes;
    }

    /**
     * Begins to look.
     *
     * @param builder whose cache
     * @param buildctl asks it
     * @param bytes is told what it holds, in bytes
     */
    public static CacheWatch start(Builder builder, Buildctl buildctl, LongConsumer bytes) {
        var watch = new CacheWatch(builder, buildctl, bytes);
        Thread.ofVirtual().name("cache-watch").start(watch::look);
        return watch;
    }

    private void look() {
        try {
            do {
                lookOnce();
            } while (!closing.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() throws InterruptedException {
        try {
            bytes.accept(buildctl.cacheBytes(builder.address()));
        } catch (IOException e) {
            LOG.debug("the cache cannot be looked at: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
