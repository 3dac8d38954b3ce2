package dev.fastpull.worker.registry;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out within a second, before anything is built, what a push would fail on in the end. */
public final class PushPreflight {
    private static final Logger LOG = LoggerFactory.getLogger(PushPreflight.class);
    /** No JSON, and says to an administrator who finds it in a log what it is. */
    private static final byte[] NO_MANIFEST = "fastpull asks whether this tag may move; this is no manifest"
            .getBytes(StandardCharsets.UTF_8);

    private final RegistrySession session;

    /** A check in the given session. */
    public PushPreflight(RegistrySession session) {
        this.session = session;
    }

    /**
     * Checks that the session's credentials may push to a repository, by beginning an upload and giving it up.
     *
     * @param repository the repository's path, as in {@code team/app}
     * @throws BuildException with PUSH_NOT_AUTHORIZED, REPOSITORY_NOT_FOUND
     * @throws RegistryException for all that is not the requester's doing
     * @throws InterruptedException where the thread was interrupted
     */
    public void checkPush(String repository) throws BuildException, RegistryException, InterruptedException {
        try {
            session.tryUpload(repository);
        } catch (RegistryException e) {
            switch (e.kind()) {
                case UNAUTHORIZED -> throw notAuthorized(repository, e);
                case NOT_FOUND -> throw new BuildException(FailureReason.REPOSITORY_NOT_FOUND, "There is no repository "
                        + repository + " at " + session.registry() + ", and that registry does not make it on a push: "
                        + e.getMessage() + " Create it first, or correct the image's name.", e);
                case RATE_LIMITED, UNAVAILABLE, IMMUTABLE, INVALID, CREDENTIALS -> throw e;
            }
        }
    }

    /**
     * Asks what a tag names and whether it can take another image. The registries have no call for that, so an existing
     * tag is put a body that is no manifest: a registry that keeps tags in place says that first (Harbor does it before
     * it looks at the body), any other answers that the manifest is invalid, and nothing has moved. The manifest that is
     * there is not put again, as that would undo what another publisher does meanwhile. The media type is that of an
     * index, which even registries that store manifests unread, such as go-containerregistry's, parse. Where one takes
     * the body all the same, the tag is put back at once, if it still names that body.
     *
     * @param image the repository and tag
     * @return the tag's state
     * @throws BuildException with PUSH_NOT_AUTHORIZED
     * @throws RegistryException for all that is not the requester's doing
     * @throws InterruptedException where the thread was interrupted
     */
    public TagState probe(ImageReference image) throws BuildException, RegistryException, InterruptedException {
        Optional<Digest> current = session.digestOf(image.repository(), image.tag());
        if (current.isEmpty()) {
            return new TagState.Absent();
        }
        try {
            Digest taken = session.putManifest(image.repository(), image.tag(), Manifest.OCI_INDEX, NO_MANIFEST);
            putBack(image, current.get(), taken);
            return new TagState.Movable(current.get());
        } catch (RegistryException e) {
            return switch (e.kind()) {
                case IMMUTABLE -> new TagState.Immutable(current.get(), e.getMessage());
                case UNAUTHORIZED -> throw notAuthorized(image.repository(), e);
                case INVALID, NOT_FOUND -> new TagState.Movable(current.get());
                case RATE_LIMITED, UNAVAILABLE, CREDENTIALS -> throw e;
            };
        }
    }

    /**
     * The failure to report for a tag that may not move, now or when it was tried.
     *
     * @param image the repository and tag
     * @param answer what the registry says, a sentence
     * @return the exception, with TAG_IMMUTABLE
     */
    public static BuildException immutable(ImageReference image, String answer) {
        return new BuildException(FailureReason.TAG_IMMUTABLE, "The tag " + image + " exists and may not be moved to"
                + " another image: " + answer + " Ask for another tag, or have the registry's rule changed.");
    }

    private void putBack(ImageReference image, Digest before, Digest taken)
            throws RegistryException, InterruptedException {
        Manifest old = session.manifest(image.repository(), before.toString());
        Optional<Digest> now = session.digestOf(image.repository(), image.tag());
        boolean ours = now.isPresent() && now.get().equals(taken);
        if (ours) {
            session.putManifest(image.repository(), image.tag(), old.mediaType(), old.bytes());
        }
        LOG.warn("{} takes manifests that it cannot read, so the check of {} moved the tag; {}", session.registry(),
                image, ours ? "it is back at " + before : "another publisher has moved it since");
    }

    private BuildException notAuthorized(String repository, RegistryException e) {
        FoundCredentials found = session.credentials();
        String who = found.present()
                ? "Credentials were found (" + found.source() + "); give their owner the right to push, or log in as"
                        + " another with: docker login "
                : "No credentials were found (" + found.source() + "); log in on the worker with: docker login ";
        return new BuildException(FailureReason.PUSH_NOT_AUTHORIZED, "The push to " + repository + " is not allowed: "
                + e.getMessage() + " " + who + session.registry(), e);
    }
}
