package dev.fastpull.worker.registry;

import dev.fastpull.messages.Digest;
import java.util.List;

/**
 * A manifest or index as it lies in a registry.
 *
 * @param bytes its bytes, whose SHA-256 is {@code digest}; not to be changed
 * @param mediaType its media type, without parameters
 * @param digest its digest, computed from the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed straight on to a parser or to another PUT, never compared
public record Manifest(byte[] bytes, String mediaType, Digest digest) {
    /** An OCI image manifest. */
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    /** An OCI image index. */
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    /** A Docker image manifest. */
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    /** A Docker manifest list. */
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** What is asked for: without it, registries convert or refuse. */
    static final String ACCEPT = String.join(", ", List.of(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST));
    /** The largest that registries have to take (OCI distribution specification 1.1, "Pushing Manifests"). */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    @Override
    public String toString() {
        return mediaType + " " + digest;
    }
}
