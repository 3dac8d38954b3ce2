package dev.fastpull.worker.context;

import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * The time that a file of a context gets. BuildKit keeps what it was sent of a local context and sends only what has
 * another size, mode or modification time; it never looks at the content. Archives often have the same time on every
 * file, so one build would silently get another's file of the same name and size. Nanoseconds made from the content
 * keep them apart, and the image does not have them: layers hold whole seconds.
 */
final class ContentTime {
    private static final int BILLION = 1_000_000_000;
    /** 1901 to 2446, what ext4 can keep. */
    private static final long EARLIEST = Integer.MIN_VALUE;
    private static final long LATEST = 15_032_385_535L;

    private ContentTime() {}

    /** {@return the second with the first eight bytes of the content's SHA-256, modulo a billion, as nanoseconds} */
    static FileTime of(long seconds, byte[] sha256) {
        long nanos = Long.remainderUnsigned(ByteBuffer.wrap(sha256).getLong(), BILLION);
        return FileTime.from(Instant.ofEpochSecond(clamped(seconds), nanos));
    }

    /** {@return the second, for folders and links, which BuildKit knows by all they are} */
    static FileTime of(long seconds) {
        return FileTime.from(Instant.ofEpochSecond(clamped(seconds)));
    }

    private static long clamped(long seconds) {
        return Math.clamp(seconds, EARLIEST, LATEST);
    }
}
