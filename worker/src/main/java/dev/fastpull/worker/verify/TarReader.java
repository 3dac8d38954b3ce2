package dev.fastpull.worker.verify;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a layer's tar: ustar, PAX and GNU long names, numbers and links. Names stay {@linkplain RawText raw bytes},
 * which the usual Java readers do not keep: they decode PAX records as UTF-8 and lose what is none. A sparse entry is
 * refused, since its data is not the file's content.
 */
final class TarReader {
    private static final int BLOCK = 512;
    /** Go's archive/tar, which writes and reads nearly all layers, has the same limit. */
    private static final int LONGEST_EXTENSION = 1 << 20;
    private static final int LONGEST_PATH = 4096;

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private long left;
    private long padding;

    /** @param in the uncompressed tar, which stays the caller's to close */
    TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * One entry.
     *
     * @param type the type flag
     * @param name its name, raw, as it stands in the tar
     * @param link its link name, raw
     * @param mode its mode
     * @param uid its owner
     * @param gid its group
     * @param size the bytes of data that follow
     * @param device its device number
     */
    record Entry(char type, String name, String link, int mode, long uid, long gid, long size, int device) {}

    /** {@return the next entry, or null at the end; what is left of the data of the one before is skipped} */
    @Nullable
    Entry next() throws IOException, UnprovableException {
        Map<String, String> extended = new HashMap<>();
        while (true) {
            in.skipNBytes(left + padding);
            left = 0;
            padding = 0;
            if (!readBlock() || isZero()) {
                return null;
            }
            checkSum();
            char type = (char) block[156];
            long size = number(124, 12);
            switch (type) {
                case 'x' -> readRecords(readExtension(size), extended);
                case 'g' -> startData(size); // comments only, in layers
                case 'L' -> extended.put("path", cString(readExtension(size)));
                case 'K' -> extended.put("linkpath", cString(readExtension(size)));
                default -> {
                    return entry(type, size, extended);
                }
            }
        }
    }

    /** Reads data of the current entry; {@return how many bytes, or -1 at its end} */
    int read(byte[] to, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = in.read(to, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw new EOFException("the tar ends within a file");
        }
        left -= n;
        return n;
    }

    private Entry entry(char flag, long headerSize, Map<String, String> extended) throws UnprovableException {
        String name = extended.getOrDefault("path", ustarName());
        for (String key : extended.keySet()) {
            if (key.startsWith("GNU.sparse")) {
                throw new UnprovableException("it holds a sparse entry: " + RawText.show(name));
            }
        }
        char type = flag == 0 || flag == '7' ? '0' : flag;
        if (type == '0' && name.endsWith("/")) {
            type = '5';
        }
        if ("0123456".indexOf(type) < 0) {
            throw new UnprovableException("it holds an entry of type '" + type + "': " + RawText.show(name));
        }
        if (name.length() > LONGEST_PATH) {
            throw new UnprovableException("it holds a path of more than " + LONGEST_PATH + " bytes");
        }
        long size = decimal(extended, "size", headerSize);
        startData(type == '0' ? size : 0);
        return new Entry(type, name, extended.getOrDefault("linkpath", field(157, 100)),
                (int) number(100, 8) & 07777, decimal(extended, "uid", number(108, 8)),
                decimal(extended, "gid", number(116, 8)), left,
                type == '3' || type == '4' ? Change.Put.device(number(329, 8), number(337, 8)) : 0);
    }

    private void startData(long size) throws UnprovableException {
        if (size < 0) {
            throw new UnprovableException("it holds an entry of negative size");
        }
        left = size;
        padding = -size & (BLOCK - 1);
    }

    private byte[] readExtension(long size) throws IOException, UnprovableException {
        if (size < 0 || size > LONGEST_EXTENSION) {
            throw new UnprovableException("it holds an extended header of " + size + " bytes");
        }
        byte[] data = in.readNBytes((int) size);
        in.skipNBytes(-size & (BLOCK - 1));
        if (data.length < size) {
            throw new EOFException("the tar ends within a header");
        }
        return data;
    }

    /** Reads PAX records, {@code length key=value\n} each. */
    private static void readRecords(byte[] data, Map<String, String> into) throws UnprovableException {
        String text = RawText.of(data, 0, data.length);
        int at = 0;
        while (at < text.length()) {
            int space = text.indexOf(' ', at);
            int equals = text.indexOf('=', at);
            int end;
            try {
                end = at + Integer.parseInt(text.substring(at, Math.max(at, space)));
            } catch (NumberFormatException _) {
                end = -1;
            }
            if (equals < space || end <= equals || end > text.length() || text.charAt(end - 1) != '\n') {
                throw new UnprovableException("it holds a malformed extended header");
            }
            String value = text.substring(equals + 1, end - 1);
            if (value.isEmpty()) {
                into.remove(text.substring(space + 1, equals));
            } else {
                into.put(text.substring(space + 1, equals), value);
            }
            at = end;
        }
    }

    private String ustarName() {
        boolean posix = field(257, 6).equals("ustar") && block[262] == 0;
        if (!posix) {
            return field(0, 100);
        }
        boolean star = field(508, 4).equals("tar");
        String prefix = field(345, star ? 131 : 155);
        return prefix.isEmpty() ? field(0, 100) : prefix + "/" + field(0, 100);
    }

    private String field(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return RawText.of(block, at, end);
    }

    private static String cString(byte[] data) {
        int end = 0;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return RawText.of(data, 0, end);
    }

    /** A number in octal text or, with the top bit set, in base 256. */
    private long number(int at, int length) throws UnprovableException {
        if ((block[at] & 0x80) != 0) {
            long value = (block[at] & 0x40) != 0 ? -1 : 0;
            value = (value << 6) | (block[at] & 0x3f);
            for (int i = at + 1; i < at + length; i++) {
                value = (value << 8) | (block[i] & 0xff);
            }
            return value;
        }
        String text = field(at, length).strip();
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text, 8);
        } catch (NumberFormatException _) {
            throw new UnprovableException("it holds a malformed header");
        }
    }

    private static long decimal(Map<String, String> extended, String key, long otherwise) throws UnprovableException {
        String text = extended.get(key);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new UnprovableException("it holds a malformed extended header");
        }
    }

    private void checkSum() throws UnprovableException {
        int sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? 0 : block[i] & 0xff;
        }
        if (sum != number(148, 8)) {
            throw new UnprovableException("it is no tar, or a damaged one");
        }
    }

    private boolean readBlock() throws IOException {
        int n = in.readNBytes(block, 0, BLOCK);
        if (n != 0 && n != BLOCK) {
            throw new EOFException("the tar ends within a header");
        }
        return n == BLOCK;
    }

    private boolean isZero() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
