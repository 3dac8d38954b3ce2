package dev.fastpull.worker.image;

import dev.fastpull.worker.disk.Cache;
import dev.fastpull.worker.disk.Volume;
import java.util.Optional;

/** The daemon that builds: a child of this process, or one that runs elsewhere. */
public interface Builder extends AutoCloseable {

    /** {@return the address under which buildctl reaches it} */
    String address();

    /** {@return whether it answers right now} */
    boolean ready() throws InterruptedException;

    /** {@return where its log ends now, to ask later for what came after; 0 where the log is not at hand} */
    long logMark();

    /**
     * {@return the last thing that the log says about nydus-image since {@code mark}} BuildKit's own error for a failed
     * conversion is a closed pipe; why it failed stands in the daemon's log alone.
     *
     * @param mark from {@link #logMark}
     */
    Optional<String> conversionError(long mark);

    /** {@return where it and the steps it runs write; empty where that cannot be looked at from here} */
    Optional<Volume> volume();

    /** {@return its cache, of which a part may be thrown away} */
    Cache cache();

    @Override
    void close();
}
