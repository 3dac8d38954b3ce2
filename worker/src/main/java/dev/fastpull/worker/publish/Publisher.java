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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the tags of one build. A registry has no compare-and-swap and no transaction over two tags, so half a pair can be
 * seen between two PUTs; what is promised is that it does not stay. {@link #move}, then {@link #settle}; or, where the
 * tags cannot move, {@link #undo}.
 */
public final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** Each further round needs another publisher that moved the same tags within the last few milliseconds. */
    private static final int ROUNDS = 20;

    private final RegistrySession session;
    private final List<TagPair> pairs;
    private final Fence fence;
    private final Deque<TagMove> moved = new ArrayDeque<>();
    private @Nullable Map<ImageReference, Digest> before;

    /**
     * A publisher that has moved nothing yet.
     *
     * @param session the registry, and the credentials for it
     * @param pairs the tags
     * @param fence asked right before each tag moves
     */
    public Publisher(RegistrySession session, List<TagPair> pairs, Fence fence) {
        this.session = session;
        this.pairs = List.copyOf(pairs);
        this.fence = fence;
    }

    /**
     * Moves the tags, all twins first. A tag that names its image already is left alone, so this can be called again
     * where it failed.
     *
     * @throws RegistryException where a tag could not be moved, or not even be read
     * @throws InterruptedException where the fence says so, or this thread was interrupted; what has moved stays
     */
    public void move() throws RegistryException, InterruptedException {
        remember();
        for (TagMove move : TagPair.inOrder(pairs).toList()) {
            if (!names(move)) {
                // Before the call: the registry may have taken what it did not answer.
                moved.push(move);
                fence.check();
                put(move);
            }
        }
    }

    /**
     * Looks at the tags again once they have moved, and mends what another publisher of the same tags has mixed up
     * meanwhile. Whoever moved the plain tag last has the pair. One that finds another's twin beside its own plain tag
     * puts its twin again; one that finds another's plain tag leaves the pair to that one, who looks later than this one
     * moved its twin, and so mends it.
     *
     * <p>The fence is not asked: a PUT of ours may have reached the registry long after the request was lost, and then nobody
     * else looks any more.
     *
     * @return whether a tag names another build's image now
     * @throws RegistryException where the registry fails; this can be called again
     * @throws InterruptedException where this thread was interrupted
     */
    public boolean settle() throws RegistryException, InterruptedException {
        boolean superseded = false;
        for (TagPair pair : pairs) {
            superseded |= !settled(pair);
        }
        return superseded;
    }

    private boolean settled(TagPair pair) throws RegistryException, InterruptedException {
        TagMove twin = pair.twin();
        boolean mended = false;
        for (int round = 0; round < ROUNDS; round++) {
            boolean plainIsOurs = names(pair.plain());
            boolean twinIsOurs = twin == null || names(twin);
            if (plainIsOurs && twinIsOurs) {
                return true;
            }
            if (plainIsOurs && twin != null) {
                put(twin);
                mended = true;
            } else if (mended && twinIsOurs) {
                // The plain tag moved on just before the twin was mended: that put our twin over another's.
                put(pair.plain());
                mended = false;
            } else {
                break;
            }
        }
        LOG.info("{} has moved on to another build", pair.plain().tag());
        return false;
    }

    /**
     * Puts the tags back that {@link #move} has moved, or may have, before it failed, as far as they are as it left them.
     *
     * @return whether none of them names this build's image any more
     * @throws InterruptedException as above
     */
    public boolean undo() throws InterruptedException {
        boolean undone = true;
        while (!moved.isEmpty()) {
            undone &= undone(moved.pop());
        }
        return undone;
    }

    private boolean undone(TagMove move) throws InterruptedException {
        Digest old = before == null ? null : before.get(move.tag());
        try {
            if (!names(move)) {
                LOG.info("{} does not name this build's image and stays as it is", move.tag());
                return true;
            }
            if (old == null) {
                // The specification lets a registry refuse to delete a tag, and most do.
                LOG.warn("{} did not exist before and stays", move.tag());
                return false;
            }
            put(new TagMove(move.tag(), session.manifest(move.tag().repository(), old.toString())));
            return true;
        } catch (RegistryException e) {
            LOG.warn("{} cannot be put back: {}", move.tag(), e.getMessage());
            return false;
        }
    }

    /** Remembers what the tags name, before the first of them moves. */
    private void remember() throws RegistryException, InterruptedException {
        if (before != null) {
            return;
        }
        Map<ImageReference, Digest> found = new HashMap<>();
        for (TagMove move : TagPair.inOrder(pairs).toList()) {
            current(move.tag()).ifPresent(digest -> found.put(move.tag(), digest));
        }
        before = found;
    }

    private boolean names(TagMove move) throws RegistryException, InterruptedException {
        return current(move.tag()).equals(Optional.of(move.manifest().digest()));
    }

    private Optional<Digest> current(ImageReference tag) throws RegistryException, InterruptedException {
        return session.digestOf(tag.repository(), tag.tag());
    }

    private void put(TagMove move) throws RegistryException, InterruptedException {
        Manifest manifest = move.manifest();
        session.putManifest(move.tag().repository(), move.tag().tag(), manifest.mediaType(), manifest.bytes());
        LOG.info("{} is now {}", move.tag(), manifest.digest());
    }
}
