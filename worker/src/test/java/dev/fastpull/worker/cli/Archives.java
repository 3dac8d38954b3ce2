package dev.fastpull.worker.cli;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** The forms that a context may have. */
enum Archives {
    TAR, TAR_GZ, TAR_ZST, TAR_XZ, ZIP;

    /** {@return the same files in this form} */
    byte[] pack(byte[] tar) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (this) {
            case TAR, ZIP -> bytes;
            case TAR_GZ -> new GZIPOutputStream(bytes);
            case TAR_ZST -> new ZstdOutputStream(bytes);
            case TAR_XZ -> new XZOutputStream(bytes, new LZMA2Options());
        }) {
            if (this == ZIP) {
                zip(tar, out);
            } else {
                out.write(tar);
            }
        }
        return bytes.toByteArray();
    }

    private static void zip(byte[] tar, OutputStream out) throws IOException {
        try (var in = new TarArchiveInputStream(new ByteArrayInputStream(tar));
                var zip = new ZipArchiveOutputStream(out)) {
            for (TarArchiveEntry file = in.getNextEntry(); file != null; file = in.getNextEntry()) {
                var entry = new ZipArchiveEntry(file.getName());
                entry.setUnixMode(0100000 | (file.getMode() & 0777));
                zip.putArchiveEntry(entry);
                in.transferTo(zip);
                zip.closeArchiveEntry();
            }
        }
    }
}
