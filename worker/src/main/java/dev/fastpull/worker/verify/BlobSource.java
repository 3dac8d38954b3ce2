package dev.fastpull.worker.verify;

import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.io.InputStream;

/** The repository that both images of a pair were pushed to. Used by several threads at once. */
public interface BlobSource {
    /**
     * Opens a blob.
     *
     * @param digest which one
     * @return its bytes; by its end at the latest, the stream throws an IOException where they do not hash to the digest
     * @throws IOException where the blob cannot be had
     * @throws InterruptedException on cancellation
     */
    InputStream open(Digest digest) throws IOException, InterruptedException;

    /**
     * Looks whether a blob is there.
     *
     * @param digest which one
     * @return whether it is
     * @throws IOException where that cannot be found out
     * @throws InterruptedException on cancellation
     */
    boolean exists(Digest digest) throws IOException, InterruptedException;
}
