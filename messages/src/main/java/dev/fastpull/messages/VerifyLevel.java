package dev.fastpull.messages;

/** How closely the two images of a pair are compared before they are published. */
public enum VerifyLevel {
    /** Not at all. */
    NONE("none"),
    /** Media types, the Nydus bootstrap's own check, the blobs it names, both configs, and that both are one build. */
    STRUCTURE("structure"),
    /** {@link #STRUCTURE}, and path, type, size, link target and content of every file. The default. */
    CONTENT("content"),
    /** Every attribute of every file, through a real mount of the Nydus image. */
    FULL("full");

    private final String label;

    VerifyLevel(String label) {
        this.label = label;
    }

    /** {@return the name used in messages} */
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }
}
