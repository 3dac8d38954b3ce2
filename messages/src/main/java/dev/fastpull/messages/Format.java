package dev.fastpull.messages;

/** A form in which the built image is published. */
public enum Format {
    /** The normal OCI image, {@code :tag}. */
    OCI("oci", ""),
    /** The Nydus image, which starts lazily, {@code :tag-fastpull}. */
    NYDUS("nydus", "-fastpull");

    private final String label;
    private final String tagSuffix;

    Format(String label, String tagSuffix) {
        this.label = label;
        this.tagSuffix = tagSuffix;
    }

    /** {@return the name used in messages and metrics} */
    public String label() {
        return label;
    }

    /** {@return what is added to the requested tag to name the image of this format} */
    public String tagSuffix() {
        return tagSuffix;
    }

    @Override
    public String toString() {
        return label;
    }
}
