package dev.fastpull.worker.job;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.publish.Fence;
import dev.fastpull.worker.publish.Publisher;
import dev.fastpull.worker.publish.TagPair;
import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.PushPreflight;
import dev.fastpull.worker.registry.RegistryClient;
import dev.fastpull.worker.registry.RegistryException;
import dev.fastpull.worker.registry.RegistrySession;
import dev.fastpull.worker.registry.TagState;
import dev.fastpull.worker.verify.BlobSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repository that a build pushes to, with the credentials of one moment. Where the registry fails or refuses, what
 * it says becomes the build's failure here.
 *
 * @param image the image that is built
 * @param session the calls
 */
record Repository(ImageReference image, RegistrySession session) implements BlobSource {
    private static final Logger LOG = LoggerFactory.getLogger(Repository.class);

    static Repository open(RegistryClient registries, ImageReference image, DockerConfig credentials)
            throws BuildException, InterruptedException {
        return new Repository(image, asked(image, () -> registries.open(image.registry(), credentials)));
    }

    /**
     * What would fail after forty minutes of building had better fail now.
     *
     * @param tags the tags that will move
     */
    void checkPush(List<ImageReference> tags) throws BuildException, InterruptedException {
        var preflight = new PushPreflight(session);
        try {
            preflight.checkPush(image.repository());
            for (ImageReference tag : tags) {
                if (preflight.probe(tag) instanceof TagState.Immutable(var _, String answer)) {
                    throw PushPreflight.immutable(tag, answer);
                }
            }
        } catch (RegistryException e) {
            throw RegistryFailure.of(image, e);
        }
    }

    Manifest manifest(Digest digest) throws BuildException, InterruptedException {
        return asked(image, () -> session.manifest(image.repository(), digest.toString()));
    }

    /**
     * Moves the tags, or puts back what had moved where they cannot.
     *
     * @param progress is told where that did not work either
     * @return whether another build has a tag by the time they are read back
     */
    boolean publish(List<TagPair> pairs, Fence fence, Retries retries, Progress progress)
            throws BuildException, InterruptedException {
        var publisher = new Publisher(session, pairs, fence);
        try {
            retries.run(() -> asked(image, () -> {
                publisher.move();
                return publisher;
            }));
        } catch (BuildException e) {
            boolean undone = publisher.undo();
            if (!undone) {
                progress.publishedInPart();
            }
            throw new BuildException(e.reason(), (undone
                    ? "No tag has moved: "
                    : "Not all tags could be moved, and one that has, or may have, could not be put back: ")
                    + e.getMessage(), e);
        }
        try {
            return retries.run(() -> asked(image, publisher::settle));
        } catch (BuildException e) {
            LOG.warn("the tags have moved, but cannot be read back: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public InputStream open(Digest digest) throws IOException, InterruptedException {
        return session.blob(image.repository(), digest);
    }

    @Override
    public boolean exists(Digest digest) throws IOException, InterruptedException {
        return session.blobSize(image.repository(), digest).isPresent();
    }

    /** A call to a registry. */
    @FunctionalInterface
    private interface Call<T> {
        T run() throws RegistryException, InterruptedException;
    }

    private static <T> T asked(ImageReference image, Call<T> call) throws BuildException, InterruptedException {
        try {
            return call.run();
        } catch (RegistryException e) {
            throw RegistryFailure.of(image, e);
        }
    }
}
