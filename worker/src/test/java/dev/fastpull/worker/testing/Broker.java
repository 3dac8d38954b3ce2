package dev.fastpull.worker.testing;

import java.io.IOException;
import java.net.URI;

/** A real broker in a process of its own, of whatever kind, on a port that it keeps when it is started again. */
public interface Broker extends AutoCloseable {
    /** {@return its address, as workers and requesters write it} */
    URI url();

    /** Ends it as {@code kill -9} does. */
    void kill();

    /** Starts it again after {@link #kill}, with what it held, and waits until it listens. */
    void startAgain() throws IOException;

    @Override
    void close();
}
