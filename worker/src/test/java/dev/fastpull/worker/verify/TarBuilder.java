package dev.fastpull.worker.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Writes tars byte by byte, so that tests can have names and orders that no library would write. */
final class TarBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarBuilder file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8), 0644);
    }

    TarBuilder file(String name, byte[] content, int mode) {
        return entry('0', name, "", content, mode, 0, 0);
    }

    TarBuilder folder(String name) {
        return entry('5', name + "/", "", new byte[0], 0755, 0, 0);
    }

    TarBuilder symlink(String name, String target) {
        return entry('2', name, target, new byte[0], 0777, 0, 0);
    }

    TarBuilder link(String name, String target) {
        return entry('1', name, target, new byte[0], 0644, 0, 0);
    }

    TarBuilder device(char type, String name, int major, int minor) {
        return entry(type, name, "", new byte[0], 0600, major, minor);
    }

    /** Writes an entry; its names are text, written as UTF-8. */
    TarBuilder entry(char type, String name, String link, byte[] content, int mode, int major, int minor) {
        return raw(type, RawText.of(name), RawText.of(link), content, mode, major, minor);
    }

    /** Writes an entry; its names are raw. */
    TarBuilder raw(char type, String name, String link, byte[] content, int mode, int major, int minor) {
        header(type, name, link, content.length, mode, major, minor);
        return data(content);
    }

    /** Writes a PAX header of the given records, raw, for the entry that follows. */
    TarBuilder pax(String... keysAndValues) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.writeBytes(pax(keysAndValues[i], keysAndValues[i + 1]));
        }
        header('x', "pax", "", records.size(), 0644, 0, 0);
        return data(records.toByteArray());
    }

    /** Writes a GNU long name ({@code L}) or long link ({@code K}) for the entry that follows. */
    TarBuilder gnu(char type, String raw) {
        byte[] bytes = (raw + "\0").getBytes(StandardCharsets.ISO_8859_1);
        header(type, "././@LongLink", "", bytes.length, 0644, 0, 0);
        return data(bytes);
    }

    private static byte[] pax(String key, String value) {
        int rest = key.length() + value.length() + 3;
        int length = rest + 1;
        while (Integer.toString(length).length() + rest != length) {
            length++;
        }
        return (length + " " + key + "=" + value + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private TarBuilder data(byte[] content) {
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    private void header(char type, String name, String link, long size, int mode, int major, int minor) {
        byte[] block = new byte[512];
        put(block, 0, name);
        put(block, 100, "%07o".formatted(mode));
        put(block, 108, "0000000");
        put(block, 116, "0000000");
        put(block, 124, "%011o".formatted(size));
        put(block, 136, "14000000000");
        put(block, 148, "        ");
        block[156] = (byte) type;
        put(block, 157, link);
        put(block, 257, "ustar\0" + "00");
        put(block, 329, "%07o".formatted(major));
        put(block, 337, "%07o".formatted(minor));
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, "%06o\0 ".formatted(sum));
        out.writeBytes(block);
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    byte[] tar() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(new byte[1024]);
        return whole.toByteArray();
    }

    byte[] gzip() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(tar());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
