package dev.fastpull.worker.context;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Numbers and bytes at any place of a file, read through one small buffer. Numbers are little-endian, as zip's are. */
final class ZipWindow {
    private static final int BUFFER = 64 * 1024;

    private final FileChannel channel;
    private final byte[] buffer = new byte[BUFFER];
    private long start;
    private int length;

    ZipWindow(FileChannel channel) {
        this.channel = channel;
    }

    int u8(long at) throws IOException {
        if (at < start || at >= start + length) {
            length = 0;
            start = at;
            int read = at < 0 ? -1 : channel.read(ByteBuffer.wrap(buffer), at);
            if (read <= 0) {
                throw new EOFException("its zip is cut off");
            }
            length = read;
        }
        return buffer[(int) (at - start)] & 0xff;
    }

    int u16(long at) throws IOException {
        return u8(at) | (u8(at + 1) << 8);
    }

    long u32(long at) throws IOException {
        return u16(at) | ((long) u16(at + 2) << 16);
    }

    /** {@return a number of 64 bits, which has to be one that a file can have as its size} */
    long u63(long at) throws IOException {
        long value = u32(at) | (u32(at + 4) << 32);
        if (value < 0) {
            throw new IOException("a number in its zip is too large");
        }
        return value;
    }

    byte[] bytes(long at, int number) throws IOException {
        byte[] bytes = new byte[number];
        for (int i = 0; i < number; i++) {
            bytes[i] = (byte) u8(at + i);
        }
        return bytes;
    }

    /** {@return how many bytes were read from a place into the buffer, at least one} */
    int read(long at, byte[] target, int most) throws IOException {
        int read = channel.read(ByteBuffer.wrap(target, 0, most), at);
        if (read <= 0) {
            throw new EOFException("its zip is cut off");
        }
        return read;
    }
}
