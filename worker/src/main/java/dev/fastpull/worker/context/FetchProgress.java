package dev.fastpull.worker.context;

/** Hears how far a fetch has come. Called for every buffer, on the fetching thread, so be quick or count. */
@FunctionalInterface
public interface FetchProgress {
    /** Hears nothing. */
    FetchProgress NONE = (received, total) -> {};

    /**
     * More bytes are there.
     *
     * @param received bytes so far; falls back to zero where a server cannot resume
     * @param total bytes that the server promises; −1 where it does not say
     */
    void received(long received, long total);
}
