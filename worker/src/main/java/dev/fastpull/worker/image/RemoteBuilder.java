package dev.fastpull.worker.image;

import dev.fastpull.worker.disk.Cache;
import dev.fastpull.worker.disk.Volume;
import java.time.Duration;
import java.util.Optional;

/**
 * A buildkitd that somebody else runs, as {@code BUILDKIT_HOST} names it. It must have been built with the Nydus exporter.
 *
 * @param address its address, such as {@code tcp://buildkitd:1234}
 * @param buildctl speaks to it
 */
public record RemoteBuilder(String address, Buildctl buildctl) implements Builder {

    @Override
    public boolean ready() throws InterruptedException {
        return buildctl.answers(address);
    }

    @Override
    public long logMark() {
        return 0;
    }

    @Override
    public Optional<String> conversionError(long mark) {
        return Optional.empty();
    }

    @Override
    public Optional<Volume> volume() {
        return Optional.empty();
    }

    /** {@return a cache that keeps all} Throwing it away is for whoever runs the daemon, and makes no room here. */
    @Override
    public Cache cache() {
        return new Cache() {
            @Override
            public void keepFree(long bytes, Duration spared) {
                // See above.
            }

            @Override
            public void halve() {
                // See above.
            }
        };
    }

    @Override
    public void close() {
        // It is not ours to end.
    }
}
