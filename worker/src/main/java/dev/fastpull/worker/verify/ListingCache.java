package dev.fastpull.worker.verify;

import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Keeps the listings of OCI layers on disk, under the layer's digest and all that the content of a listing depends on.
 * A listing appears whole or not at all; one that has been damaged since is made anew. The least recently used go when
 * there are too many. Safe for use by several threads and by several workers on one folder.
 */
public final class ListingCache {
    private static final String PARTIAL = ".partial";

    private final Path folder;
    private final long maxBytes;
    private final Clock clock;

    /**
     * A cache.
     *
     * @param folder where the listings are; made if need be
     * @param maxBytes how much they may take, in bytes
     * @param clock marks when a listing was used
     */
    public ListingCache(Path folder, long maxBytes, Clock clock) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** Makes a listing that is not there. */
    interface Maker {
        /** Hands over the layer's entries. */
        void list(LayerListing.Visitor to) throws IOException, InterruptedException, UnprovableException;
    }

    /** {@return the listing of a layer, made by {@code maker} unless it is there} */
    LayerListing get(Digest layer, Chunking chunking, Maker maker)
            throws IOException, InterruptedException, UnprovableException {
        Path file = folder.resolve("%s-%s-%d-v%d".formatted(layer.hex(),
                chunking.digester().name().toLowerCase(Locale.ROOT), chunking.chunkSize(), LayerListing.FORMAT));
        LayerListing listing = new LayerListing(file);
        if (Files.exists(file) && listing.isSound()) {
            touch(file);
            return listing;
        }
        Files.createDirectories(folder);
        Path partial = Files.createTempFile(folder, layer.hex().substring(0, 12), PARTIAL);
        try {
            try (LayerListing.Writer writer = new LayerListing.Writer(partial)) {
                maker.list(writer);
                writer.finish();
            }
            touch(partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
        return listing;
    }

    /** Deletes what is too much, the least recently used first, and what a killed worker left half-written. */
    void prune() throws IOException {
        record Kept(Path file, FileTime used, long bytes) {}
        List<Kept> all = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    all.add(new Kept(file, Files.getLastModifiedTime(file), Files.size(file)));
                } catch (FileSystemException _) {
                    // another worker was quicker
                }
            }
        }
        long total = all.stream().mapToLong(Kept::bytes).sum();
        all.sort(Comparator.comparing(Kept::used));
        long staleBefore = clock.millis() - 24 * 3600 * 1000;
        for (Kept each : all) {
            boolean stale = each.file().toString().endsWith(PARTIAL) && each.used().toMillis() < staleBefore;
            if (stale || (total > maxBytes && !each.file().toString().endsWith(PARTIAL))) {
                Files.deleteIfExists(each.file());
                total -= each.bytes();
            }
        }
    }

    private void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        } catch (IOException _) {
            // pruned by another worker, or a read-only cache: it costs a listing made again, no more
        }
    }
}
