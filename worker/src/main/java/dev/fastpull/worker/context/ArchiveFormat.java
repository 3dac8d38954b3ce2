package dev.fastpull.worker.context;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.tukaani.xz.XZInputStream;

/** The formats of archives that are understood, told apart by their first bytes and never by their names. */
enum ArchiveFormat {
    TAR, TAR_GZIP, TAR_ZSTD, TAR_XZ, ZIP;

    /** How many first bytes tell a format: a tar's header is one block. */
    private static final int HEAD = TarHeader.BLOCK;

    /** Opens an archive of whatever format it is. */
    static EntryReader open(Path file, ContextLimits limits, UnpackMeter meter) throws IOException, BuildException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        ArchiveFormat format = of(head).orElseThrow(() -> Rejected.archive("it is no tar, tar.gz, tar.zst, tar.xz or"
                + " zip, but " + describe(head)));
        if (format == ZIP) {
            return ZipReader.open(file, limits, meter);
        }
        InputStream in = Files.newInputStream(file);
        try {
            return new TarReader(format.decompressed(in, limits), meter, limits);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    static Optional<ArchiveFormat> of(byte[] head) {
        if (starts(head, "1f8b08")) {
            return Optional.of(TAR_GZIP);
        }
        if (starts(head, "28b52ffd") || (head.length > 4 && (head[0] & 0xf0) == 0x50 && starts(head, 1, "2a4d18"))) {
            return Optional.of(TAR_ZSTD); // the second is a skippable frame, with which a zstd file may begin
        }
        if (starts(head, "fd377a585a00")) {
            return Optional.of(TAR_XZ);
        }
        if (starts(head, "504b0304") || starts(head, "504b0506")) {
            return Optional.of(ZIP); // the second is an empty one
        }
        return TarHeader.plausible(head) ? Optional.of(TAR) : Optional.empty();
    }

    private InputStream decompressed(InputStream in, ContextLimits limits) throws IOException {
        return switch (this) {
            case TAR_GZIP -> new GzipInput(in);
            case TAR_ZSTD -> {
                ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(in);
                // A window of 2^n bytes is what the decoder allocates; it takes n from 10 to 31.
                zstd.setLongMax(Math.clamp(63 - Long.numberOfLeadingZeros(limits.decoderBytes()), 10, 31));
                yield zstd;
            }
            case TAR_XZ -> new XZInputStream(in, Math.clamp(limits.decoderBytes() / 1024, 1, Integer.MAX_VALUE));
            case TAR, ZIP -> in;
        };
    }

    /** {@return what a file looks like that is no archive we know, for a message} */
    static String describe(byte[] head) {
        if (head.length == 0) {
            return "an empty file";
        }
        String text = new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            return "an HTML page, perhaps of a login; check the URL";
        }
        if (text.startsWith("<?xml")) {
            return "an XML document, perhaps a server's error; check the URL";
        }
        if (text.startsWith("{") || text.startsWith("[")) {
            return "a JSON document, perhaps a server's error; check the URL";
        }
        return starts(head, "425a68")
                ? "bzip2"
                : starts(head, "377abcaf271c")
                        ? "a 7z archive"
                        : starts(head, "526172211a07")
                                ? "a RAR archive"
                                : starts(head, "04224d18")
                                        ? "lz4"
                                        : starts(head, "4c5a4950")
                                                ? "lzip"
                                                : starts(head, "7f454c46")
                                                        ? "an ELF program"
                                                        : starts(head, "504b0708")
                                                                ? "one part of a split zip"
                                                                : "begins with the bytes " + HexFormat.of()
                                                                        .formatHex(head, 0, Math.min(head.length, 8));
    }

    private static boolean starts(byte[] head, String hex) {
        return starts(head, 0, hex);
    }

    private static boolean starts(byte[] head, int from, String hex) {
        byte[] magic = HexFormat.of().parseHex(hex);
        return head.length >= from + magic.length
                && Arrays.equals(head, from, from + magic.length, magic, 0, magic.length);
    }
}
