package dev.fastpull.worker.context;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Makes tars, in ways that no honest program would. */
public final class TarBuilder {
    static final long TIME = 1_700_000_000L;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Adds a file with these words. */
    public TarBuilder file(String name, String content) {
        return entry('0', name, "", 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a folder. */
    public TarBuilder folder(String name, int mode) {
        return entry('5', name, "", mode, new byte[0]);
    }

    /** Adds a symbolic link. */
    public TarBuilder symlink(String name, String target) {
        return entry('2', name, target, 0777, new byte[0]);
    }

    /** Adds a hard link. */
    public TarBuilder hardLink(String name, String target) {
        return entry('1', name, target, 0644, new byte[0]);
    }

    /** Adds an entry of any type, as the tar's header has it. */
    public TarBuilder entry(char type, String name, String link, int mode, byte[] content) {
        return header(type, name, link, mode, content.length).data(content);
    }

    /** A header alone, which may say any size. */
    TarBuilder header(char type, String name, String link, int mode, long size) {
        byte[] block = new byte[512];
        put(block, 0, 100, name);
        put(block, 100, 8, String.format(Locale.ROOT, "%07o", mode));
        put(block, 108, 8, "0000000");
        put(block, 116, 8, "0000000");
        put(block, 124, 12, String.format(Locale.ROOT, "%011o", size));
        put(block, 136, 12, String.format(Locale.ROOT, "%011o", TIME));
        block[156] = (byte) type;
        put(block, 157, 100, link);
        put(block, 257, 8, "ustar\00000");
        return raw(signed(block));
    }

    /** Writes the checksum of a header. */
    static byte[] signed(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, 8, String.format(Locale.ROOT, "%06o\0 ", sum));
        return block;
    }

    /** Corrects the checksum of a tar's first header after somebody has changed it. */
    static byte[] resign(byte[] tar) {
        System.arraycopy(signed(Arrays.copyOf(tar, 512)), 0, tar, 0, 512);
        return tar;
    }

    TarBuilder pax(String key, String value) {
        String record = " " + key + "=" + value + "\n";
        int bytes = record.getBytes(StandardCharsets.UTF_8).length;
        int length = bytes + 1;
        while (String.valueOf(length).length() + bytes != length) {
            length++;
        }
        return entry('x', "PaxHeader", "", 0644, (length + record).getBytes(StandardCharsets.UTF_8));
    }

    TarBuilder data(byte[] content) {
        raw(content);
        return raw(new byte[-content.length & 511]);
    }

    TarBuilder raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** {@return the tar so far} */
    byte[] bytes() {
        return out.toByteArray();
    }

    /** {@return the tar with its end} */
    public byte[] end() {
        return raw(new byte[1024]).bytes();
    }

    private static void put(byte[] block, int at, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, length));
    }
}
