package dev.fastpull.worker.image;

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
    public void close() {
        // It is not ours to end.
    }
}
