package dev.fastpull.worker.context;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952) of any number of members. The JDK's own stream calls itself for each member, so that a
 * small file of empty ones overflows its stack, and takes a broken member for the end; others keep names from headers
 * in memory, however long. Zeros after the last member are padding, anything else there is an error.
 */
final class GzipInput extends InputStream {
    private static final int BUFFER = 64 * 1024;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean inMember;
    private boolean first = true;
    private boolean ended;

    GzipInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember && !begin()) {
                ended = true;
                break;
            }
            int produced = inflate(target, offset, length);
            if (produced > 0) {
                crc.update(target, offset, produced);
                return produced;
            }
            if (inflater.finished()) {
                finish();
            } else if (inflater.needsDictionary()) {
                throw new IOException("its gzip data needs a dictionary");
            } else if (inflater.needsInput()) {
                fill();
                inflater.setInput(buffer, position, limit - position);
                position = limit;
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new IOException("its gzip data is damaged", e);
        }
    }

    /** {@return whether there is one more member} */
    private boolean begin() throws IOException {
        int magic = nextOrEnd();
        if (magic < 0 || (!first && magic == 0 && onlyZeros())) {
            return false;
        }
        if (magic != 0x1f || next() != 0x8b || next() != 8) {
            throw new IOException("there is something else after its gzip data");
        }
        int flags = next();
        if ((flags & 0xe0) != 0) {
            throw new IOException("its gzip header has unknown flags");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | (next() << 8));
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        inflater.setInput(buffer, position, limit - position);
        position = limit;
        crc.reset();
        inMember = true;
        first = false;
        return true;
    }

    private void finish() throws IOException {
        position = limit - inflater.getRemaining();
        if (nextInt() != crc.getValue() || nextInt() != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new IOException("its gzip checksum is wrong");
        }
        inMember = false;
    }

    private boolean onlyZeros() throws IOException {
        int next = nextOrEnd();
        while (next == 0) {
            next = nextOrEnd();
        }
        return next < 0;
    }

    private void skip(int number) throws IOException {
        for (int i = 0; i < number; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // Names and comments do not matter.
        }
    }

    private long nextInt() throws IOException {
        return next() | (next() << 8) | (next() << 16) | ((long) next() << 24);
    }

    private int next() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private int nextOrEnd() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
            if (limit == 0) {
                return -1;
            }
        }
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        if (limit == 0) {
            throw new EOFException("its gzip data is cut off");
        }
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
