package dev.fastpull.worker.verify;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.VerifyLevel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether the two images of a pair, as they lie in the registry, are the same image. Safe for use by several
 * threads, which share its threads and its cache. Interrupting a caller cancels what it asked for. Layers are streamed;
 * memory grows with the number of files of an image, some 500 bytes each, and not with their size.
 */
public final class PairVerifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PairVerifier.class);
    private static final int KEPT_DIFFERENCES = 20;
    private static final int LARGEST_CONFIG = 16 << 20;

    private final NydusImage nydusImage;
    private final Path workFolder;
    private final LayerListings listings;

    /**
     * A verifier.
     *
     * @param nydusImage the program
     * @param cache where the listings of OCI layers are kept between builds
     * @param workFolder where a bootstrap lies while it is looked into; made if need be
     * @param parallelism how many layers are read, and how many chunks hashed, at once
     */
    public PairVerifier(NydusImage nydusImage, ListingCache cache, Path workFolder, int parallelism) {
        this.nydusImage = nydusImage;
        this.workFolder = workFolder;
        this.listings = new LayerListings(cache, parallelism);
    }

    /**
     * Lists the layers of an OCI image ahead, while its Nydus twin is still being built. What is wrong with them is
     * said by {@link #verify}, not here.
     *
     * @param oci the OCI image's manifest
     * @param compression how its layers were asked to be compressed
     * @param blobs the repository
     * @throws IOException where a layer cannot be had or the cache not be written
     * @throws InterruptedException on cancellation
     */
    public void prepare(byte[] oci, LayerCompression compression, BlobSource blobs)
            throws IOException, InterruptedException {
        try {
            ImageManifest manifest = ImageManifest.parse(oci, "the OCI image's manifest");
            ManifestRules.checkOci(manifest, compression);
            listings.get(manifest, Chunking.USUAL, compression, blobs);
        } catch (UnprovableException e) {
            LOG.debug("listing the layers ahead stopped: {}", e.getMessage());
        }
    }

    /**
     * Compares a pair.
     *
     * @param level how closely; of {@link VerifyLevel#FULL}, all that {@link VerifyLevel#CONTENT} has
     * @param pair the manifests
     * @param blobs the repository
     * @return the verdict
     * @throws IOException where a blob cannot be had, nydus-image not be run or a file not be written
     * @throws InterruptedException on cancellation
     */
    public Verdict verify(VerifyLevel level, Pair pair, BlobSource blobs) throws IOException, InterruptedException {
        try {
            return switch (level) {
                case NONE -> new Verdict.Skipped();
                case STRUCTURE -> check(false, pair, blobs);
                case CONTENT, FULL -> check(true, pair, blobs);
            };
        } catch (UnprovableException e) {
            return new Verdict.Broken(e.getMessage());
        }
    }

    /**
     * Checks an OCI image that has no twin: that its layers are what was asked for.
     *
     * @param manifest its manifest
     * @param compression how its layers were asked to be compressed
     * @return the verdict, which compared nothing
     */
    public Verdict verifyOci(byte[] manifest, LayerCompression compression) {
        try {
            ManifestRules.checkOci(ImageManifest.parse(manifest, "the OCI image's manifest"), compression);
            return new Verdict.Equal(VerifyLevel.STRUCTURE, 0);
        } catch (UnprovableException e) {
            return new Verdict.Broken(e.getMessage());
        }
    }

    /**
     * Checks a Nydus image that has no twin: its layers, its bootstrap, and that all blobs are in the registry.
     *
     * @param manifest its manifest
     * @param blobs the repository
     * @return the verdict, which compared nothing
     * @throws IOException where a blob cannot be had, nydus-image not be run or a file not be written
     * @throws InterruptedException on cancellation
     */
    public Verdict verifyNydus(byte[] manifest, BlobSource blobs) throws IOException, InterruptedException {
        try {
            ImageManifest nydus = ImageManifest.parse(manifest, "the Nydus image's manifest");
            ManifestRules.checkNydus(nydus);
            listings.checkPresence(nydus, nydus, blobs);
            Files.createDirectories(workFolder);
            try (InputStream layer = blobs.open(nydus.layers().getLast().digest());
                    BootstrapLayer taken = BootstrapLayer.extract(layer, workFolder);
                    Bootstrap bootstrap = new Bootstrap(taken.file())) {
                return checkBootstrap(nydus, taken, bootstrap);
            }
        } catch (UnprovableException e) {
            return new Verdict.Broken(e.getMessage());
        }
    }

    private Verdict check(boolean content, Pair pair, BlobSource blobs)
            throws IOException, InterruptedException, UnprovableException {
        ImageManifest oci = ImageManifest.parse(pair.oci(), "the OCI image's manifest");
        ImageManifest nydus = ImageManifest.parse(pair.nydus(), "the Nydus image's manifest");
        ManifestRules.checkOci(oci, pair.compression());
        ManifestRules.checkNydus(nydus, oci);
        ImageConfig ociConfig = config(oci, "the OCI image's config", blobs);
        ImageConfig nydusConfig = config(nydus, "the Nydus image's config", blobs);
        String divergence = ociConfig.divergence(nydusConfig);
        if (!divergence.isEmpty()) {
            return new Verdict.Diverged(divergence);
        }
        checkConfigs(ociConfig, nydusConfig, oci);
        listings.checkPresence(oci, nydus, blobs);
        Files.createDirectories(workFolder);
        try (InputStream layer = blobs.open(nydus.layers().getLast().digest());
                BootstrapLayer taken = BootstrapLayer.extract(layer, workFolder);
                Bootstrap bootstrap = new Bootstrap(taken.file())) {
            nydusConfig.checkNydusDiffIds(nydus, taken.tar());
            return content
                    ? compare(oci, nydus, pair.compression(), taken, bootstrap, blobs)
                    : checkBootstrap(nydus, taken, bootstrap);
        }
    }

    private static void checkConfigs(ImageConfig oci, ImageConfig nydus, ImageManifest manifest)
            throws UnprovableException {
        if (!oci.differingFields(nydus).isEmpty()) {
            throw new UnprovableException("the configs of the two images differ in: "
                    + String.join(", ", oci.differingFields(nydus)));
        }
        if (oci.diffIds().size() != manifest.layers().size()) {
            throw new UnprovableException("the OCI image's config speaks of " + oci.diffIds().size()
                    + " layers, its manifest of " + manifest.layers().size());
        }
    }

    private Verdict checkBootstrap(ImageManifest nydus, BootstrapLayer taken, Bootstrap bootstrap)
            throws IOException, InterruptedException, UnprovableException {
        List<Digest> named = read(taken, new CheckOutput(bootstrap.chunking().chunkSize(), _ -> {}));
        ManifestRules.checkNamedBlobs(named, nydus);
        return new Verdict.Equal(VerifyLevel.STRUCTURE, 0);
    }

    private Verdict compare(ImageManifest oci, ImageManifest nydus, LayerCompression compression, BootstrapLayer taken,
            Bootstrap bootstrap, BlobSource blobs) throws IOException, InterruptedException, UnprovableException {
        FileTree tree = new FileTree();
        List<Boolean> holdsData = stack(tree, oci, bootstrap.chunking(), compression, blobs);
        TreeComparison comparison = new TreeComparison(tree, KEPT_DIFFERENCES);
        List<Digest> named = read(taken, new CheckOutput(bootstrap.chunking().chunkSize(),
                inode -> comparison.nydus(inode, bootstrap.attributes(inode.number()))));
        ManifestRules.checkNamedBlobs(named, nydus);
        List<Difference> first = comparison.finish();
        if (comparison.total() > 0) {
            return new Verdict.Different(first, comparison.total());
        }
        ManifestRules.checkAllNamed(named, nydus, holdsData);
        return new Verdict.Equal(VerifyLevel.CONTENT, comparison.compared());
    }

    /** Lays all layers over each other; {@return for each whether it holds any data}. */
    private List<Boolean> stack(FileTree tree, ImageManifest oci, Chunking chunking, LayerCompression compression,
            BlobSource blobs) throws IOException, InterruptedException, UnprovableException {
        List<LayerListing> listed = listings.get(oci, chunking, compression, blobs);
        List<Boolean> holdsData = new ArrayList<>();
        for (int i = 0; i < listed.size(); i++) {
            Digest digest = oci.layers().get(i).digest();
            FileTree.Layer layer = tree.layer();
            try {
                holdsData.add(listed.get(i).read(layer));
            } catch (NoSuchFileException _) {
                // Another worker's pruning: the layer has not been applied, so it can simply be listed again.
                layer = tree.layer();
                holdsData.add(listings.get(oci, chunking, compression, blobs).get(i).read(layer));
            } catch (UnprovableException e) {
                throw new UnprovableException("layer " + digest + " of the OCI image: " + e.getMessage());
            }
            layer.apply();
        }
        return holdsData;
    }

    private List<Digest> read(BootstrapLayer taken, CheckOutput output)
            throws IOException, InterruptedException, UnprovableException {
        NydusImage.Exit exit;
        try {
            exit = nydusImage.check(taken.file(), line -> {
                try {
                    output.line(line);
                } catch (UnprovableException e) {
                    throw new Carrier(e);
                }
            });
        } catch (Carrier e) {
            throw e.carried;
        }
        if (exit.code() != 0) {
            throw new UnprovableException("nydus-image check refuses the bootstrap (exit code " + exit.code() + "): "
                    + exit.lastWords());
        }
        return output.finish();
    }

    private static ImageConfig config(ImageManifest manifest, String what, BlobSource blobs)
            throws IOException, InterruptedException, UnprovableException {
        try (InputStream in = blobs.open(manifest.config().digest())) {
            byte[] json = in.readNBytes(LARGEST_CONFIG);
            if (in.read() >= 0) {
                throw new UnprovableException(what + " is larger than 16 MiB");
            }
            return ImageConfig.parse(json, what);
        }
    }

    /** Carries an exception through a {@code Consumer}. */
    private static final class Carrier extends RuntimeException {
        private final transient UnprovableException carried;

        private Carrier(UnprovableException carried) {
            super(carried);
            this.carried = carried;
        }
    }

    /** Stops the threads; what still runs is canceled. */
    @Override
    public void close() {
        listings.close();
    }
}
