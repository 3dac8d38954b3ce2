package dev.fastpull.worker.verify;

import dev.fastpull.messages.Digest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the manifests of a pair must look like. The exit code of a build says nothing about it: BuildKit's cache ignores
 * how a blob is compressed, so that a "normal" image can come out with Nydus layers. The names are those of
 * nydus-snapshotter 0.15 (pkg/converter/constant.go) and of BuildKit 0.32's exporter (cache/compression_nydus.go).
 */
final class ManifestRules {
    static final String NYDUS_BLOB = "application/vnd.oci.image.layer.nydus.blob.v1";
    static final String BLOB_MARK = "containerd.io/snapshot/nydus-blob";
    static final String BOOTSTRAP_MARK = "containerd.io/snapshot/nydus-bootstrap";

    private ManifestRules() {}

    /** Checks the OCI image's manifest. */
    static void checkOci(ImageManifest oci, LayerCompression compression) throws UnprovableException {
        for (ImageManifest.Descriptor layer : oci.layers()) {
            if (!layer.mediaType().equals(compression.mediaType())) {
                throw new UnprovableException("layer " + layer.digest() + " of the OCI image is of type "
                        + layer.mediaType() + " instead of " + compression.mediaType());
            }
        }
    }

    /** Checks the Nydus image's manifest: a blob for every layer of the OCI image, and then the bootstrap. */
    static void checkNydus(ImageManifest nydus, ImageManifest oci) throws UnprovableException {
        if (nydus.layers().size() != oci.layers().size() + 1) {
            throw new UnprovableException("the Nydus image has " + nydus.layers().size()
                    + " layers where the OCI image's " + oci.layers().size() + " and a bootstrap were expected");
        }
        checkNydus(nydus);
    }

    /** Checks the manifest of a Nydus image that has no twin: blobs, and then the bootstrap. */
    static void checkNydus(ImageManifest nydus) throws UnprovableException {
        List<ImageManifest.Descriptor> layers = nydus.layers();
        if (layers.isEmpty()) {
            throw new UnprovableException("the Nydus image has no layers, not even a bootstrap");
        }
        for (ImageManifest.Descriptor blob : layers.subList(0, layers.size() - 1)) {
            if (!blob.mediaType().equals(NYDUS_BLOB) || !"true".equals(blob.annotations().get(BLOB_MARK))) {
                throw new UnprovableException("layer " + blob.digest() + " of the Nydus image is no Nydus blob, but of "
                        + "type " + blob.mediaType() + " with annotations " + blob.annotations());
            }
        }
        ImageManifest.Descriptor bootstrap = layers.getLast();
        if (!bootstrap.mediaType().equals(LayerCompression.GZIP.mediaType())
                || !"true".equals(bootstrap.annotations().get(BOOTSTRAP_MARK))) {
            throw new UnprovableException("the last layer of the Nydus image is no bootstrap, but of type "
                    + bootstrap.mediaType() + " with annotations " + bootstrap.annotations());
        }
    }

    /**
     * Checks that the bootstrap names no blob but the manifest's. A layer without any file content has a blob that the
     * bootstrap need not name, so this alone does not say that all are named.
     */
    static void checkNamedBlobs(List<Digest> named, ImageManifest nydus) throws UnprovableException {
        Set<Digest> unknown = new HashSet<>(named);
        nydus.layers().stream().limit(nydus.layers().size() - 1L).map(ImageManifest.Descriptor::digest)
                .forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new UnprovableException("the bootstrap names blobs that the manifest does not have: " + unknown);
        }
    }

    /** Checks that the bootstrap names the blob of every layer that holds data. */
    static void checkAllNamed(List<Digest> named, ImageManifest nydus, List<Boolean> layerHoldsData)
            throws UnprovableException {
        for (int i = 0; i < layerHoldsData.size(); i++) {
            Digest blob = nydus.layers().get(i).digest();
            if (layerHoldsData.get(i) && !named.contains(blob)) {
                throw new UnprovableException("the bootstrap does not name the manifest's blob " + blob);
            }
        }
    }
}
