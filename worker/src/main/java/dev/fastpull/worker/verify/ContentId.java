package dev.fastpull.worker.verify;

import java.util.Arrays;

/** What a file's content hashes to: 32 bytes, or none for an empty file. */
final class ContentId {
    /** The content of what has none. */
    static final ContentId NONE = new ContentId(new byte[0]);

    private final byte[] bytes;

    private ContentId(byte[] bytes) {
        this.bytes = bytes;
    }

    /** {@return the id of these bytes, which now belong to it} */
    static ContentId of(byte[] bytes) {
        return bytes.length == 0 ? NONE : new ContentId(bytes);
    }

    /** {@return the bytes, not to be changed} */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContentId that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
