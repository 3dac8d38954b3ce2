package dev.fastpull.worker.registry;

import dev.fastpull.messages.Digest;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The bytes of a blob, hashed as they pass. Reading its end throws where they are not what the digest says. */
final class VerifiedInputStream extends FilterInputStream {
    private final String host;
    private final Digest expected;
    private final RegistryHttp.OpenAnswer connection;
    private final MessageDigest hash = sha256();
    private boolean ended;

    VerifiedInputStream(InputStream in, String host, Digest expected, RegistryHttp.OpenAnswer connection) {
        super(in);
        this.host = host;
        this.expected = expected;
        this.connection = connection;
    }

    static Digest digestOf(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count;
        try {
            count = in.read(buffer, offset, length);
        } catch (IOException e) {
            throw RegistryErrors.of(host, e);
        }
        if (count > 0) {
            hash.update(buffer, offset, count);
        } else if (count < 0 && !ended) {
            ended = true;
            Digest actual = new Digest(HexFormat.of().formatHex(hash.digest()));
            if (!actual.equals(expected)) {
                throw new RegistryException(Kind.INVALID, "The registry " + host + " sent other bytes than asked for: "
                        + actual + " instead of " + expected + ".", null);
            }
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 8192)).length; // what is skipped must be hashed too
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() throws IOException {
        if (ended) {
            in.close(); // the connection goes back to the pool
        } else {
            connection.close();
        }
    }
}
