package dev.fastpull.worker.context;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Makes zips of one entry by hand, with sizes in both headers, and spoils them. */
final class ZipBytes {
    private ZipBytes() {}

    static byte[] with(String name, byte[] content) {
        return with(name, 0100644, content);
    }

    static byte[] with(String name, int mode, byte[] content) {
        return zip(name, mode, content, 1);
    }

    /** {@return a zip of which two entries are the same bytes} */
    static byte[] overlapping(String name, byte[] content) {
        return zip(name, 0100644, content, 2);
    }

    private static byte[] zip(String name, int mode, byte[] content, int times) {
        byte[] nameBytes = name.getBytes(ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(content);
        byte[] packed = deflated(content);
        ByteBuffer buffer = ByteBuffer.allocate(500 + packed.length + 4 * nameBytes.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(0x04034b50).putShort((short) 20).putShort((short) 0x800).putShort((short) 8).putInt(0x5a214000);
        sizes(buffer, crc, packed, content).putShort((short) nameBytes.length).putShort((short) 0).put(nameBytes)
                .put(packed);
        int directory = buffer.position();
        for (int i = 0; i < times; i++) {
            buffer.putInt(0x02014b50).putShort((short) 0x314).putShort((short) 20).putShort((short) 0x800)
                    .putShort((short) 8).putInt(0x5a214000);
            sizes(buffer, crc, packed, content).putShort((short) nameBytes.length).putShort((short) 0)
                    .putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(mode << 16).putInt(0)
                    .put(nameBytes);
        }
        int end = buffer.position();
        buffer.putInt(0x06054b50).putInt(0).putShort((short) times).putShort((short) times).putInt(end - directory)
                .putInt(directory).putShort((short) 0);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static ByteBuffer sizes(ByteBuffer buffer, CRC32 crc, byte[] packed, byte[] content) {
        return buffer.putInt((int) crc.getValue()).putInt(packed.length).putInt(content.length);
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    /** {@return a copy with a byte, some way behind the last mark, flipped by some bits} */
    static byte[] patched(byte[] zip, String mark, int offset, int bits) {
        byte[] copy = zip.clone();
        copy[new String(zip, ISO_8859_1).lastIndexOf(mark) + offset] ^= (byte) bits;
        return copy;
    }
}
