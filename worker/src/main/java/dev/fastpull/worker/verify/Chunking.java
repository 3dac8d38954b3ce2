package dev.fastpull.worker.verify;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How a Nydus image cuts files into chunks and names them.
 *
 * @param digester what hashes a chunk
 * @param chunkSize the size of every chunk but a file's last, in bytes
 */
record Chunking(Digester digester, int chunkSize) {
    /** What nydus-image does when BuildKit's exporter runs it: its defaults, in 2.2.0 as in 2.4. */
    static final Chunking USUAL = new Chunking(Digester.BLAKE3, 1 << 20);

    /** A hash that RAFS knows. */
    enum Digester {
        /** BLAKE3, the default. */
        BLAKE3,
        /** SHA-256. */
        SHA256
    }

    /** Hashes chunks; not for several threads at once. */
    interface Hasher {
        /** {@return the 32 bytes of the hash of a range} */
        byte[] hash(byte[] data, int length);
    }

    Hasher hasher() {
        return switch (digester) {
            case BLAKE3 -> {
                Blake3 blake3 = new Blake3();
                yield (data, length) -> blake3.hash(data, 0, length);
            }
            case SHA256 -> {
                MessageDigest sha256 = sha256();
                yield (data, length) -> {
                    sha256.update(data, 0, length);
                    return sha256.digest();
                };
            }
        };
    }

    /**
     * Makes one id of the hashes of a file's chunks, in their order. A single hash stands for itself; that this is never
     * mistaken for several is seen from the file's size.
     */
    static final class Folding {
        private final MessageDigest all = sha256();
        private byte[] only = new byte[0];
        private long count;

        void add(byte[] chunkHash) {
            all.update(chunkHash);
            only = chunkHash;
            count++;
        }

        long count() {
            return count;
        }

        ContentId finish() {
            return ContentId.of(count <= 1 ? only : all.digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
