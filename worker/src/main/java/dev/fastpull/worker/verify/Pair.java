package dev.fastpull.worker.verify;

/** The manifests of a pair, as the registry has them. */
public final class Pair {
    private final byte[] oci;
    private final byte[] nydus;
    private final LayerCompression compression;

    /**
     * A pair.
     *
     * @param oci the bytes of the OCI image's manifest, checked against its digest
     * @param nydus the bytes of the Nydus image's manifest, checked against its digest
     * @param compression how the OCI image's layers were asked to be compressed
     */
    public Pair(byte[] oci, byte[] nydus, LayerCompression compression) {
        this.oci = oci.clone();
        this.nydus = nydus.clone();
        this.compression = compression;
    }

    byte[] oci() {
        return oci;
    }

    byte[] nydus() {
        return nydus;
    }

    LayerCompression compression() {
        return compression;
    }
}
