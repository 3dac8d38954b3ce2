package dev.fastpull.worker.context;

import java.io.FilterInputStream;
import java.io.InputStream;

/** A stream whose closing is somebody else's: closing an HTTP body reads it to its end first, which may be far. */
final class Uncloseable extends FilterInputStream {
    private Uncloseable(InputStream in) {
        super(in);
    }

    static InputStream of(InputStream in) {
        return new Uncloseable(in);
    }

    @Override
    public void close() {
        // Not ours to close.
    }
}
