package dev.fastpull.worker.registry;

/**
 * The credentials for a registry, and where they are from or were looked for.
 *
 * @param credentials the credentials
 * @param source where they are from, or where was looked in vain, as in {@code "auths" of /root/.docker/config.json};
 *        without any secret
 */
public record FoundCredentials(Credentials credentials, String source) {
    /** {@return whether there are any} */
    public boolean present() {
        return !(credentials instanceof Credentials.Anonymous);
    }
}
