package dev.fastpull.messages;

/**
 * The name and tag of an image, as in {@code registry.example.com:5000/team/app:v1}, by the grammar of
 * <a href="https://github.com/distribution/reference">distribution/reference</a> v0.6.0 and in its normal form: what
 * {@link #toString} gives is read the same by every program, and holds no comma, quote or space.
 *
 * @param registry the host, with its port where it has one, as in {@code localhost:5000}; {@code docker.io} for Docker Hub
 * @param repository the path at that host, as in {@code team/app}
 * @param tag the tag, as in {@code v1}
 */
public record ImageReference(String registry, String repository, String tag) {
    /** The longest repository, in characters; the host does not count (distribution/reference v0.6.0). */
    public static final int MAX_REPOSITORY_LENGTH = 255;
    /** The longest tag, in characters (distribution/reference, and the OCI distribution specification). */
    public static final int MAX_TAG_LENGTH = 128;
    /** The longest tag that can be requested, in characters: its {@code -fastpull} form must be a tag as well. */
    public static final int MAX_PAIR_TAG_LENGTH = MAX_TAG_LENGTH - Format.NYDUS.tagSuffix().length();

    /** Checks the grammar, and throws {@link InvalidValueException} where a part is not of it or not in normal form. */
    public ImageReference {
        ReferenceGrammar.checkRegistry(registry);
        ReferenceGrammar.checkRepository(repository);
        ReferenceGrammar.checkTag(tag, MAX_TAG_LENGTH);
        ReferenceGrammar.checkNormal(registry, repository);
    }

    /**
     * Reads what a pair is to be called: {@code [host[:port]/]path[:tag]}. Names without a host are Docker Hub's, as for
     * {@code docker pull}: {@code app} is {@code docker.io/library/app:latest}.
     *
     * @param text the reference
     * @return the reference in normal form, its tag {@code latest} where none was given; {@link #forFormat} works on it
     * @throws InvalidValueException where the text is no reference, has a digest, or has a tag longer than
     *     {@link #MAX_PAIR_TAG_LENGTH}
     */
    public static ImageReference parse(String text) {
        ImageReference reference = parseSingle(text);
        checkPairTag(reference.tag());
        return reference;
    }

    /**
     * Reads the name of an image that gets no {@code -fastpull} twin, such as one that holds a cache. Like {@link #parse},
     * but the tag may have its full length.
     *
     * @param text the reference
     * @return the reference in normal form, its tag {@code latest} where none was given
     * @throws InvalidValueException where the text is no reference or has a digest
     */
    public static ImageReference parseSingle(String text) {
        return ReferenceGrammar.parse(text);
    }

    /**
     * Checks a tag that is to name a pair.
     *
     * @param tag the tag, without a colon
     * @return the same tag
     * @throws InvalidValueException where it is no tag or its {@code -fastpull} form would be none
     */
    public static String checkPairTag(String tag) {
        ReferenceGrammar.checkTag(tag, MAX_PAIR_TAG_LENGTH);
        return tag;
    }

    /** {@return host and path without the tag, as in {@code registry.example.com/team/app}} */
    public String name() {
        return registry + "/" + repository;
    }

    /**
     * {@return the same repository with another tag}
     *
     * @param other the tag
     * @throws InvalidValueException where it is no tag
     */
    public ImageReference withTag(String other) {
        return new ImageReference(registry, repository, other);
    }

    /**
     * {@return the reference of the pair's image of the given format}
     *
     * @param format the format
     * @throws InvalidValueException where the tag, as one of {@link #parseSingle}, is too long for the suffix
     */
    public ImageReference forFormat(Format format) {
        return withTag(tag + format.tagSuffix());
    }

    @Override
    public String toString() {
        return name() + ":" + tag;
    }
}
