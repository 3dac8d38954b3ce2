package dev.fastpull.worker.verify;

import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Lists the layers of images, several at a time, and asks the registry for several blobs at a time. */
final class LayerListings implements AutoCloseable {
    /** Chunks of one layer in memory: two being hashed, one being read, one waiting. */
    private static final int CHUNKS_AHEAD = 4;

    private final ListingCache cache;
    private final ExecutorService layers;
    private final ExecutorService hashing;

    LayerListings(ListingCache cache, int parallelism) {
        this.cache = cache;
        layers = Executors.newFixedThreadPool(parallelism, Thread.ofPlatform().daemon().name("layer-", 0).factory());
        hashing = Executors.newFixedThreadPool(parallelism, Thread.ofPlatform().daemon().name("hash-", 0).factory());
    }

    /** {@return the listings of an OCI image's layers, the lowest first} */
    List<LayerListing> get(ImageManifest oci, Chunking chunking, LayerCompression compression, BlobSource blobs)
            throws IOException, InterruptedException, UnprovableException {
        LayerLister lister = new LayerLister(chunking, hashing, CHUNKS_AHEAD);
        Map<Digest, Callable<LayerListing>> tasks = new LinkedHashMap<>();
        for (ImageManifest.Descriptor layer : oci.layers()) {
            tasks.put(layer.digest(), () -> cache.get(layer.digest(), chunking, to -> {
                try (InputStream in = blobs.open(layer.digest())) {
                    lister.list(in, compression, to);
                } catch (UnprovableException e) {
                    throw new UnprovableException("layer " + layer.digest() + " of the OCI image: " + e.getMessage());
                }
            }));
        }
        Map<Digest, LayerListing> listed = runAll(tasks);
        cache.prune();
        return oci.layers().stream().map(layer -> listed.get(layer.digest())).toList();
    }

    /** Checks that the registry has every layer of both images. */
    void checkPresence(ImageManifest oci, ImageManifest nydus, BlobSource blobs)
            throws IOException, InterruptedException, UnprovableException {
        Map<Digest, Callable<Boolean>> tasks = new LinkedHashMap<>();
        Stream.concat(oci.layers().stream(), nydus.layers().stream()).map(ImageManifest.Descriptor::digest)
                .forEach(digest -> tasks.put(digest, () -> blobs.exists(digest)));
        for (Map.Entry<Digest, Boolean> each : runAll(tasks).entrySet()) {
            if (!each.getValue()) {
                throw new UnprovableException("the registry does not have the layer " + each.getKey());
            }
        }
    }

    /** Runs all, and where one fails or the caller is interrupted, cancels the rest. */
    private <T> Map<Digest, T> runAll(Map<Digest, Callable<T>> tasks)
            throws IOException, InterruptedException, UnprovableException {
        Map<Digest, Future<T>> running = new LinkedHashMap<>();
        tasks.forEach((digest, task) -> running.put(digest, layers.submit(task)));
        Map<Digest, T> results = new LinkedHashMap<>();
        try {
            for (Map.Entry<Digest, Future<T>> each : running.entrySet()) {
                results.put(each.getKey(), each.getValue().get());
            }
            return results;
        } catch (ExecutionException e) {
            rethrow(e);
            throw new IllegalStateException("listing a layer failed", e);
        } finally {
            running.values().forEach(future -> future.cancel(true));
        }
    }

    private static void rethrow(ExecutionException e)
            throws IOException, InterruptedException, UnprovableException {
        switch (e.getCause()) {
            case IOException io -> throw io;
            case UnprovableException unprovable -> throw unprovable;
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException runtime -> throw runtime;
            case null, default -> {
                // an Error, wrapped by the caller
            }
        }
    }

    @Override
    public void close() {
        layers.shutdownNow();
        hashing.shutdownNow();
    }
}
