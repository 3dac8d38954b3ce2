package dev.fastpull.worker.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Hears what this JVM writes to its standard error, where the log goes, and hands it on; until it is closed. */
public final class CapturedLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    private CapturedLog() {}

    /** {@return one that hears from now on} */
    public static CapturedLog start() {
        var log = new CapturedLog();
        System.setErr(new PrintStream(log.tee(), true, StandardCharsets.UTF_8));
        return log;
    }

    private OutputStream tee() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                heard.write(b);
                before.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                heard.write(bytes, from, length);
                before.write(bytes, from, length);
            }

            @Override
            public void flush() {
                before.flush();
            }
        };
    }

    /** {@return all that was written since the start} */
    public String text() {
        return heard.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
