package dev.fastpull.worker.context;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a zip's central directory is, by PKWARE's APPNOTE 6.3 (§4.3.12 to §4.3.16, §4.5.3).
 *
 * @param offset where it begins
 * @param end where it ends
 * @param entries how many entries it says it has
 */
record ZipDirectory(long offset, long end, long entries) {
    private static final int END_SIZE = 22;
    private static final long END = 0x06054b50;
    private static final long LOCATOR = 0x07064b50;
    private static final long END_64 = 0x06064b50;
    static final long ENTRY = 0x02014b50;
    private static final int ENTRY_SIZE = 46;

    /** Finds the directory. The end's comment has to reach just to the file's end: what lies behind it is an error. */
    static ZipDirectory find(ZipWindow window, long fileSize) throws IOException {
        long lowest = Math.max(0, fileSize - END_SIZE - 0xffff);
        // The window reads forward, so it is better led there once.
        byte[] tail = window.bytes(lowest, (int) (fileSize - lowest));
        for (int at = tail.length - END_SIZE; at >= 0; at--) {
            if (tail[at] == 'P' && tail[at + 1] == 'K' && tail[at + 2] == 5 && tail[at + 3] == 6
                    && window.u16(lowest + at + 20) == tail.length - at - END_SIZE) {
                return read(window, lowest + at);
            }
        }
        throw new EOFException("its zip is cut off, or has something behind its end");
    }

    private static ZipDirectory read(ZipWindow window, long end) throws IOException {
        if (window.u32(end) != END || (window.u16(end + 4) != 0 && window.u16(end + 4) != 0xffff)) {
            throw new IOException("it is one part of a split zip");
        }
        long entries = window.u16(end + 10);
        long size = window.u32(end + 12);
        long offset = window.u32(end + 16);
        long directoryEnd = end;
        if ((entries == 0xffff || size == 0xffff_ffffL || offset == 0xffff_ffffL) && end >= 20
                && window.u32(end - 20) == LOCATOR) {
            long end64 = window.u63(end - 12);
            if (end64 > end - 76 || window.u32(end64) != END_64) {
                throw new IOException("its zip64 end is not where it should be");
            }
            entries = window.u63(end64 + 32);
            size = window.u63(end64 + 40);
            offset = window.u63(end64 + 48);
            directoryEnd = end64;
        }
        if (size > directoryEnd || offset != directoryEnd - size || entries > size / ENTRY_SIZE) {
            throw new IOException("its zip directory is not where it should be");
        }
        return new ZipDirectory(offset, directoryEnd, entries);
    }

    /**
     * One entry of the directory.
     *
     * @param next where the next one begins
     * @param host the system that the attributes are of
     * @param flags general purpose flags
     * @param method how it is compressed
     * @param time when it was modified, in MS-DOS' form, or {@code unixSeconds}
     * @param crc its content's CRC-32
     * @param packed the bytes it takes in the archive
     * @param size the bytes it unpacks to
     * @param attributes external attributes
     * @param header where its local header is
     * @param name its name, each byte being one character
     * @param unixSeconds when it was modified, in seconds since 1970; null where only MS-DOS' form is there
     */
    record Entry(long next, int host, int flags, int method, long time, long crc, long packed, long size,
            long attributes, long header, String name, @Nullable Long unixSeconds) {}

    /** {@return the entry at a place} */
    Entry entry(ZipWindow window, long at) throws IOException {
        if (window.u32(at) != ENTRY) {
            throw new IOException("its zip directory is damaged");
        }
        int nameSize = window.u16(at + 28);
        int extraSize = window.u16(at + 30);
        long next = at + ENTRY_SIZE + nameSize + extraSize + window.u16(at + 32);
        if (next > end) {
            throw new IOException("its zip directory is cut off");
        }
        long packed = window.u32(at + 20);
        long size = window.u32(at + 24);
        long header = window.u32(at + 42);
        Long seconds = null;
        long crc = window.u32(at + 16);
        int host = window.u8(at + 5);
        int flags = window.u16(at + 8);
        int method = window.u16(at + 10);
        long time = window.u32(at + 12);
        long attributes = window.u32(at + 38);
        String name = new String(window.bytes(at + ENTRY_SIZE, nameSize), StandardCharsets.ISO_8859_1);
        long extra = at + ENTRY_SIZE + nameSize;
        long extraEnd = extra + extraSize;
        while (extra + 4 <= extraEnd) {
            int id = window.u16(extra);
            long data = extra + 4;
            long dataEnd = data + window.u16(extra + 2);
            if (dataEnd > extraEnd) {
                break; // Some tools pad extra fields, so this is no error.
            }
            if (id == 1) {
                long[] values = {size, packed, header};
                for (int i = 0; i < values.length; i++) {
                    if (values[i] == 0xffff_ffffL && data + 8 <= dataEnd) {
                        values[i] = window.u63(data);
                        data += 8;
                    }
                }
                size = values[0];
                packed = values[1];
                header = values[2];
            } else if (id == 0x5455 && dataEnd - data >= 5 && (window.u8(data) & 1) != 0) {
                seconds = (long) (int) window.u32(data + 1);
            }
            extra = dataEnd;
        }
        return new Entry(next, host, flags, method, time, crc, packed, size, attributes, header, name, seconds);
    }

    /** {@return where each entry's local header is, in order} Eight bytes for each, within the limit on entries. */
    long[] headers(ZipWindow window) throws IOException {
        long[] headers = new long[(int) entries];
        long at = offset;
        for (int i = 0; i < headers.length; i++) {
            Entry entry = entry(window, at);
            headers[i] = entry.header();
            at = entry.next();
        }
        if (at != end) {
            throw new IOException("its zip directory has more entries than it says");
        }
        Arrays.sort(headers);
        return headers;
    }
}
