package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The part of an archive that is there already: its file, its size and its running SHA-256, which goes on where a
 * broken transfer is resumed, so that no byte is ever read back.
 */
final class Download implements AutoCloseable {
    private final FileChannel channel;
    private final MessageDigest digest = Sha256.digest();
    private long received;
    private long total = -1;
    private @Nullable String validator;

    private Download(FileChannel channel) {
        this.channel = channel;
    }

    static Download to(Path file) throws BuildException, InterruptedException {
        try {
            return new Download(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw WorkerDisk.failure(e);
        }
    }

    /** {@return the bytes that are there} */
    long received() {
        return received;
    }

    /** {@return the bytes that the server promised; −1 for unknown} */
    long total() {
        return total;
    }

    /** {@return what identifies this version of the archive for an If-Range header; null where there is nothing} */
    @Nullable
    String validator() {
        return validator;
    }

    /** A server has begun to send the whole archive: what is there is void. */
    void begin(long newTotal, @Nullable String newValidator) throws BuildException, InterruptedException {
        if (received > 0) {
            try {
                channel.truncate(0);
            } catch (IOException e) {
                throw WorkerDisk.failure(e);
            }
            digest.reset();
            received = 0;
        }
        total = newTotal;
        validator = newValidator;
    }

    /** No range of this archive is asked for again: a server that answers such a request wrongly does so twice. */
    void forgetValidator() {
        validator = null;
    }

    void append(byte[] buffer, int length) throws BuildException, InterruptedException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw WorkerDisk.failure(e);
        }
        digest.update(buffer, 0, length);
        received += length;
    }

    /** {@return the SHA-256 of all bytes, in hex; call it once, at the end} */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
