package dev.fastpull.messages;

/**
 * The name and tag of an image, as in {@code registry.example.com:5000/team/app:v1}, by the grammar of
 * <a href="https://github.com/distribution/reference">distribution/reference</a>.
 *
 * @param registry the host, with its port where it has one, as in {@code localhost:5000}
 * @param repository the path at that host, as in {@code team/app}
 * @param tag the tag, as in {@code v1}
 */
public record ImageReference(String registry, String repository, String tag) {

    /** {@return host and path without the tag, as in {@code registry.example.com/team/app}} */
    public String name() {
        return registry + "/" + repository;
    }

    /** {@return the same repository with another tag} */
    public ImageReference withTag(String other) {
        return new ImageReference(registry, repository, other);
    }

    /** {@return the reference of the pair's image of the given format} */
    public ImageReference forFormat(Format format) {
        return withTag(tag + format.tagSuffix());
    }

    @Override
    public String toString() {
        return name() + ":" + tag;
    }
}
