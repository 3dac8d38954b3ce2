package dev.fastpull.worker.disk;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by the space that is left: with little, the cache goes; with too little still, no build begins. What runs goes
 * on. Safe for use by several threads.
 */
public final class DiskGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);
    /** Pruning takes the daemon some time, and what could not go just now is still in use. */
    private static final Duration BETWEEN_PRUNES = Duration.ofMinutes(1);
    /** The second solve of a pair needs the steps of the first, which nobody uses for a moment in between. */
    private static final Duration SPARED = Duration.ofMinutes(5);

    private final Volume volume;
    private final DiskLimits limits;
    private final Cache cache;
    private final Reserve reserve;
    private final Clock clock;
    private final ReentrantLock pruning = new ReentrantLock();
    private Instant prunedAt = Instant.MIN;
    private boolean low;
    private volatile boolean open = true;

    /**
     * A guard that has not looked yet.
     *
     * @param volume where builds write
     * @param limits how much of it must be free
     * @param cache can be thrown away
     * @param reserve is given back where there is not even the space to throw something away
     * @param clock the time
     */
    public DiskGuard(Volume volume, DiskLimits limits, Cache cache, Reserve reserve, Clock clock) {
        this.volume = volume;
        this.limits = limits;
        this.cache = cache;
        this.reserve = reserve;
        this.clock = clock;
    }

    /** Looks how much there is, and does what follows; one thread calls this, again and again. */
    void look() throws InterruptedException {
        Space space = volume.space();
        if (!space.known()) {
            return;
        }
        prune(space);
        judge(volume.space().usable());
        reserve.restore(volume.space());
    }

    private void prune(Space space) throws InterruptedException {
        boolean wasLow = low;
        low = space.usable() < limits.low();
        if (!low || prunedAt.plus(BETWEEN_PRUNES).isAfter(clock.instant())) {
            return;
        }
        if (!wasLow) {
            LOG.info("only {} are free on {}: BuildKit's cache is pruned until {} are", Size.text(space.usable()),
                    volume.name(), Size.text(limits.low()));
        }
        prune(() -> cache.keepFree(limits.low() + space.kept(), space.full() ? Duration.ZERO : SPARED));
        prunedAt = clock.instant();
    }

    private void judge(long usable) {
        boolean now = usable >= (open ? limits.minFree() : limits.enough());
        if (now != open) {
            open = now;
            if (now) {
                LOG.info("{} are free on {}: requests are taken again", Size.text(usable), volume.name());
            } else {
                LOG.warn("no requests are taken: {}", problem(usable));
            }
        }
    }

    /** Throws half of the cache away, since a build has met the end of the disk and is to be tried again. */
    public void makeRoom() throws InterruptedException {
        LOG.info("a build found {} full: half of BuildKit's cache is thrown away", volume.name());
        prune(cache::halve);
    }

    /** {@return how much must be free} */
    public DiskLimits limits() {
        return limits;
    }

    /** {@return whether a build may begin} */
    public boolean open() {
        return open;
    }

    /** {@return why none may, in a sentence that says what to do} */
    public Optional<String> problem() {
        return open ? Optional.empty() : Optional.of(problem(volume.space().usable()));
    }

    private String problem(long usable) {
        return "only " + Size.text(usable) + " are free on " + volume.name() + ", and with less than "
                + Size.text(limits.enough()) + " no build begins: free some space there, give it a larger volume, or"
                + " ask for less with --min-free";
    }

    private interface Pruning {
        void run() throws IOException, InterruptedException;
    }

    private void prune(Pruning work) throws InterruptedException {
        pruning.lockInterruptibly();
        try {
            if (volume.space().full()) {
                reserve.release();
            }
            work.run();
        } catch (IOException e) {
            LOG.warn("BuildKit's cache cannot be pruned: {}", e.getMessage());
        } finally {
            pruning.unlock();
        }
    }
}
