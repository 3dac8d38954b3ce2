package dev.fastpull.worker.context;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One header block of a tar, by POSIX's ustar, with GNU's numbers in base 256. */
final class TarHeader {
    static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;

    private final byte[] block;

    /** A header of 512 bytes, which are not copied. */
    TarHeader(byte[] block) {
        this.block = block;
    }

    /** {@return whether a file that begins so may be a tar: its first block has the right checksum, or is empty} */
    static boolean plausible(byte[] head) {
        if (head.length < BLOCK) {
            return false;
        }
        TarHeader header = new TarHeader(head);
        return header.isZero() || header.checksumIsRight();
    }

    boolean isZero() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Some old programs added the bytes up as signed ones. */
    boolean checksumIsRight() {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + 8 ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        try {
            long stored = number(CHECKSUM, 8);
            return stored == unsigned || stored == signed;
        } catch (IOException e) {
            return false;
        }
    }

    char type() {
        return (char) (block[TYPE] & 0xff);
    }

    int mode() throws IOException {
        return (int) (number(100, 8) & 07777);
    }

    long size() throws IOException {
        long size = number(124, 12);
        if (size < 0) {
            throw new IOException("an entry has a negative size");
        }
        return size;
    }

    long seconds() throws IOException {
        return number(136, 12);
    }

    /** {@return the name's bytes, with the prefix that only ustar proper has: GNU uses its place for other things} */
    byte[] name() {
        byte[] name = text(0, 100);
        boolean ustar = block[MAGIC] == 'u' && block[MAGIC + 1] == 's' && block[MAGIC + 2] == 't'
                && block[MAGIC + 3] == 'a' && block[MAGIC + 4] == 'r' && block[MAGIC + 5] == 0;
        byte[] prefix = ustar ? text(345, 155) : new byte[0];
        return prefix.length == 0
                ? name
                : ByteBuffer.allocate(prefix.length + 1 + name.length).put(prefix).put((byte) '/').put(name).array();
    }

    byte[] link() {
        return text(157, 100);
    }

    private byte[] text(int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, from, end);
    }

    private long number(int from, int length) throws IOException {
        if ((block[from] & 0x80) != 0) {
            return binary(from, length);
        }
        int at = from;
        int end = from + length;
        while (at < end && (block[at] == ' ' || block[at] == 0)) {
            at++;
        }
        long value = 0;
        while (at < end && block[at] >= '0' && block[at] <= '7') {
            value = (value << 3) | (block[at++] - '0');
        }
        while (at < end) {
            if (block[at] != ' ' && block[at] != 0) {
                throw new IOException("a number in a tar header is none");
            }
            at++;
        }
        return value;
    }

    /** Two's complement, the topmost bit being the mark of the format. */
    private long binary(int from, int length) throws IOException {
        boolean negative = (block[from] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int b = i == 0 ? (block[from] & 0x7f) | (negative ? 0x80 : 0) : block[from + i] & 0xff;
            if (value > Long.MAX_VALUE >> 8 || value < Long.MIN_VALUE >> 8) {
                throw new IOException("a number in a tar header is too large");
            }
            value = (value << 8) | b;
        }
        return value;
    }

    /** {@return bytes as the text they are in UTF-8; anything else cannot be a file's name here} */
    static String utf8(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("the name \"" + Quoted.of(new String(bytes, StandardCharsets.UTF_8))
                    + "\" is not in UTF-8", e);
        }
    }
}
