package dev.fastpull.worker.verify;

import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The bootstrap, taken out of the last layer of a Nydus image into a file that is gone when this is closed.
 *
 * @param file the bootstrap
 * @param tar the digest of the layer's uncompressed tar
 */
record BootstrapLayer(Path file, Digest tar) implements AutoCloseable {
    /** Where the runtimes look for it (nydus-snapshotter, BootstrapFileNameInLayer). */
    private static final String NAME = "image/image.boot";
    /** 4 GiB; one of a million files takes some 200 MB. */
    private static final long LARGEST = 4L << 30;

    /**
     * Takes the bootstrap out.
     *
     * @param layer the layer as the registry has it, read to its end
     * @param folder where the file goes
     */
    static BootstrapLayer extract(InputStream layer, Path folder)
            throws IOException, UnprovableException, InterruptedException {
        Path file = Files.createTempFile(folder, "bootstrap-", ".boot");
        boolean found = false;
        boolean complete = false;
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            InputStream tarBytes = new DigestInputStream(LayerCompression.GZIP.open(layer), sha256);
            TarReader tar = new TarReader(tarBytes);
            for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                if (LayerPaths.clean(entry.name()).equals(NAME) && entry.type() == '0' && entry.size() <= LARGEST) {
                    copy(tar, file);
                    found = true;
                }
            }
            ChunkHashing.drain(tarBytes);
            ChunkHashing.drain(layer);
            if (!found) {
                throw new UnprovableException("the bootstrap layer of the Nydus image holds no " + NAME);
            }
            complete = true;
            return new BootstrapLayer(file, new Digest(HexFormat.of().formatHex(sha256.digest())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        } finally {
            if (!complete) {
                Files.delete(file);
            }
        }
    }

    private static void copy(TarReader tar, Path file) throws IOException, InterruptedException {
        byte[] some = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int n = tar.read(some, 0, some.length); n >= 0; n = tar.read(some, 0, some.length)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                out.write(some, 0, n);
            }
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
