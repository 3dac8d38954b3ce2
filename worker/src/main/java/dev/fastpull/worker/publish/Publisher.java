package dev.fastpull.worker.publish;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistryException;
import dev.fastpull.worker.registry.RegistrySession;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves tags. A registry has no compare-and-swap and no transaction over two tags, so half a pair can be seen between two
 * PUTs; what is promised is that it does not stay: where a later move fails, the earlier ones are put back.
 */
public final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final RegistrySession session;

    /** A publisher with the credentials of the given session. */
    public Publisher(RegistrySession session) {
        this.session = session;
    }

    /**
     * Moves the tags in the order given. A tag that names the image already is left alone.
     *
     * @param moves the tags, all of one registry
     * @return what became of it
     * @throws RegistryException where not even what the tags name now can be read; nothing has moved then
     * @throws InterruptedException where this thread was interrupted; what had moved is not put back
     */
    public Publication publish(List<TagMove> moves) throws RegistryException, InterruptedException {
        Map<ImageReference, Digest> before = new HashMap<>();
        for (TagMove move : moves) {
            current(move.tag()).ifPresent(digest -> before.put(move.tag(), digest));
        }
        Deque<ImageReference> moved = new ArrayDeque<>();
        for (TagMove move : moves) {
            if (move.manifest().digest().equals(before.get(move.tag()))) {
                continue;
            }
            try {
                put(move.tag(), move.manifest());
                LOG.info("{} is now {}", move.tag(), move.manifest().digest());
                moved.push(move.tag());
            } catch (RegistryException e) {
                return new Publication.Refused(move.tag().toString(), e, undo(moved, before));
            }
        }
        return new Publication.Moved(superseded(moves));
    }

    private boolean superseded(List<TagMove> moves) throws InterruptedException {
        try {
            for (TagMove move : moves) {
                if (!current(move.tag()).equals(Optional.of(move.manifest().digest()))) {
                    LOG.info("{} has moved on to another build", move.tag());
                    return true;
                }
            }
            return false;
        } catch (RegistryException e) {
            LOG.warn("the tags have moved, but cannot be read back: {}", e.getMessage());
            return false;
        }
    }

    private boolean undo(Deque<ImageReference> moved, Map<ImageReference, Digest> before) throws InterruptedException {
        boolean undone = true;
        for (ImageReference tag : moved) {
            Digest digest = before.get(tag);
            try {
                if (digest == null) {
                    // The specification lets a registry refuse to delete a tag, and most do.
                    LOG.warn("{} did not exist before and stays", tag);
                    undone = false;
                } else {
                    put(tag, session.manifest(tag.repository(), digest.toString()));
                    LOG.info("{} is {} again", tag, digest);
                }
            } catch (RegistryException e) {
                LOG.warn("{} cannot be put back: {}", tag, e.getMessage());
                undone = false;
            }
        }
        return undone;
    }

    private Optional<Digest> current(ImageReference tag) throws RegistryException, InterruptedException {
        return session.digestOf(tag.repository(), tag.tag());
    }

    private void put(ImageReference tag, Manifest manifest) throws RegistryException, InterruptedException {
        session.putManifest(tag.repository(), tag.tag(), manifest.mediaType(), manifest.bytes());
    }
}
