package dev.fastpull.messages;

/** The stages a request goes through, named the same in events, metrics and logs. */
public enum Phase {
    /** The context is downloaded and hashed. */
    FETCH("fetch"),
    /** The context's archive becomes a folder. */
    UNPACK("unpack"),
    /** The first solve: the OCI image. */
    BUILD_OCI("build-oci"),
    /** The second solve: the Nydus image of the same build. */
    BUILD_NYDUS("build-nydus"),
    /** Both images are compared. */
    VERIFY("verify"),
    /** The tags move to the new images. */
    PUBLISH("publish");

    private final String label;

    Phase(String label) {
        this.label = label;
    }

    /** {@return the name used in messages, metrics and logs, such as {@code build-oci}} */
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }
}
