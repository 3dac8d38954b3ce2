package dev.fastpull.worker.verify;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Makes the listing of a layer by streaming it once. */
final class LayerLister {
    /** How many entries may wait for the hash of one before them. */
    private static final int WAITING = 1000;

    private final Chunking chunking;
    private final ExecutorService threads;
    private final int ahead;

    /**
     * A lister.
     *
     * @param chunking how files are cut and hashed
     * @param threads hash in parallel
     * @param ahead how many chunks of a layer may be in memory at once
     */
    LayerLister(Chunking chunking, ExecutorService threads, int ahead) {
        this.chunking = chunking;
        this.threads = threads;
        this.ahead = ahead;
    }

    private record Waiting(String path, Change change, ChunkHashing.@Nullable Pending content) {
        boolean isReady() {
            return content == null || content.isDone();
        }

        Change ready() throws InterruptedException {
            return content != null && change instanceof Change.Put p
                    ? new Change.Put(p.kind(), p.mode(), p.uid(), p.gid(), p.size(), p.link(), p.device(),
                            content.await())
                    : change;
        }
    }

    /**
     * Hands over every entry of a layer in its order.
     *
     * @param layer the layer as the registry has it, read to its end and left open
     * @param compression how it is compressed
     * @param to takes the entries
     */
    void list(InputStream layer, LayerCompression compression, LayerListing.Visitor to)
            throws IOException, InterruptedException, UnprovableException {
        ChunkHashing hashing = new ChunkHashing(chunking, threads, ahead);
        Deque<Waiting> waiting = new ArrayDeque<>();
        InputStream uncompressed = compression.open(layer);
        TarReader tar = new TarReader(uncompressed);
        for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Waiting next = read(entry, tar, hashing);
            if (next == null) {
                continue;
            }
            waiting.addLast(next);
            while (!waiting.isEmpty() && (waiting.size() > WAITING || waiting.getFirst().isReady())) {
                Waiting first = waiting.removeFirst();
                to.visit(first.path(), first.ready());
            }
        }
        for (Waiting each : waiting) {
            to.visit(each.path(), each.ready());
        }
        ChunkHashing.drain(uncompressed);
        ChunkHashing.drain(layer);
    }

    private static @Nullable Waiting read(TarReader.Entry entry, TarReader tar, ChunkHashing hashing)
            throws IOException, InterruptedException {
        LayerPaths.Marker marker = LayerPaths.marker(LayerPaths.clean(entry.name()));
        return switch (marker.kind()) {
            case IGNORED -> null;
            case REMOVED -> new Waiting(marker.path(), new Change.Remove(), null);
            case OPAQUE -> new Waiting(marker.path(), new Change.Opaque(), null);
            case NONE -> switch (entry.type()) {
                case '0' -> new Waiting(marker.path(), put(FileKind.FILE, entry, null), hashing.hash(tar));
                case '1' -> new Waiting(marker.path(), new Change.Link(LayerPaths.clean(entry.link())), null);
                case '2' -> new Waiting(marker.path(), put(FileKind.SYMLINK, entry, entry.link()), null);
                case '3' -> new Waiting(marker.path(), put(FileKind.CHARACTER_DEVICE, entry, null), null);
                case '4' -> new Waiting(marker.path(), put(FileKind.BLOCK_DEVICE, entry, null), null);
                case '5' -> new Waiting(marker.path(), put(FileKind.DIRECTORY, entry, null), null);
                default -> new Waiting(marker.path(), put(FileKind.FIFO, entry, null), null);
            };
        };
    }

    private static Change.Put put(FileKind kind, TarReader.Entry entry, @Nullable String link) {
        return new Change.Put(kind, entry.mode(), entry.uid(), entry.gid(), entry.size(), link, entry.device(),
                ContentId.NONE);
    }
}
