package dev.fastpull.worker.verify;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Hashes the chunks of one layer while the next are being read. Memory is bounded: there are as many chunks in hand as
 * {@code ahead} says, and a reader waits for one of them to be done. Small files are hashed at once, since handing them
 * over costs more. Used by one thread.
 */
final class ChunkHashing {
    private static final int WORTH_HANDING_OVER = 1 << 16;

    private final Chunking chunking;
    private final ExecutorService threads;
    private final BlockingQueue<Desk> desks;

    /** A buffer and what hashes it. */
    private static final class Desk {
        private final byte[] buffer;
        private final Chunking.Hasher hasher;

        private Desk(Chunking chunking) {
            buffer = new byte[chunking.chunkSize()];
            hasher = chunking.hasher();
        }

        private byte[] hash(int length) {
            return hasher.hash(buffer, length);
        }
    }

    /**
     * Prepares hashing.
     *
     * @param chunking how to cut and hash
     * @param threads hash in parallel
     * @param ahead how many chunks may be in hand, at least 2
     */
    ChunkHashing(Chunking chunking, ExecutorService threads, int ahead) {
        this.chunking = chunking;
        this.threads = threads;
        desks = new ArrayBlockingQueue<>(ahead);
        for (int i = 0; i < ahead; i++) {
            desks.add(new Desk(chunking));
        }
    }

    /** The content of a file whose chunks may still be being hashed. */
    static final class Pending {
        private final Chunking.Folding folding = new Chunking.Folding();
        private final List<Future<byte[]>> open = new ArrayList<>();

        /** {@return whether {@link #await} would not wait} */
        boolean isDone() {
            return open.stream().allMatch(Future::isDone);
        }

        /** {@return the content's id, once all its chunks are hashed} */
        ContentId await() throws InterruptedException {
            fold(true);
            return folding.finish();
        }

        private void fold(boolean wait) throws InterruptedException {
            int done = 0;
            while (done < open.size() && (wait || open.get(done).isDone())) {
                try {
                    folding.add(open.get(done++).get());
                } catch (ExecutionException e) {
                    throw new IllegalStateException("hashing failed", e.getCause());
                }
            }
            open.subList(0, done).clear();
        }
    }

    /** Reads a file's content to its end and has it hashed. */
    Pending hash(TarReader tar) throws IOException, InterruptedException {
        Pending pending = new Pending();
        while (true) {
            Desk desk = desks.take();
            int length = fill(tar, desk.buffer);
            if (length == 0) {
                desks.add(desk);
                return pending;
            }
            if (length < WORTH_HANDING_OVER) {
                pending.fold(true);
                pending.folding.add(desk.hash(length));
                desks.add(desk);
            } else {
                pending.open.add(threads.submit(() -> {
                    try {
                        return desk.hash(length);
                    } finally {
                        desks.add(desk);
                    }
                }));
                pending.fold(false);
            }
            if (length < chunking.chunkSize()) {
                return pending;
            }
        }
    }

    private static int fill(TarReader tar, byte[] buffer) throws IOException {
        int length = 0;
        while (length < buffer.length) {
            int n = tar.read(buffer, length, buffer.length - length);
            if (n < 0) {
                break;
            }
            length += n;
        }
        return length;
    }

    /** Reads to the end what has no further meaning, so that whoever checks the stream's digest sees all of it. */
    static void drain(InputStream in) throws IOException {
        byte[] ignored = new byte[1 << 13];
        while (in.read(ignored) >= 0) {
            // only its passing counts
        }
    }
}
