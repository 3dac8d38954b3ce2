package dev.fastpull.worker.job;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The builds of this worker by their requests: those that a slot waits for, and those that have lost their request. */
final class RunningBuilds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningBuilds.class);
    private static final long LOOK_MILLIS = 200;

    private final Map<String, RunningBuild> builds = new ConcurrentHashMap<>();
    private final BooleanSupplier connected;
    private final Duration patience;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * None yet.
     *
     * @param connected whether there is a connection to the broker
     * @param patience for how long, in all, a build without a request may go on while there is a connection. Until then its
     *        request may come back; after that another worker has it
     */
    RunningBuilds(BooleanSupplier connected, Duration patience) {
        this.connected = connected;
        this.patience = patience;
    }

    /** {@return the build of the request; null where there is none} */
    @Nullable
    RunningBuild of(String requestId) {
        return builds.get(requestId);
    }

    /** Adds a build; {@return null, or the one that is there already and stays} */
    @Nullable
    RunningBuild add(RunningBuild build) {
        return builds.putIfAbsent(build.requestId(), build);
    }

    void remove(RunningBuild build) {
        builds.remove(build.requestId(), build);
    }

    /** Lets a build that has lost its request go on, for as long as the request may come back. */
    void keep(RunningBuild build) {
        LOG.info("the request is lost with its connection; its build goes on, in case it comes back to this worker");
        Thread.ofVirtual().name("kept-build").start(() -> {
            try {
                if (!comesBack(build) && build.abandon()) {
                    LOG.info("the request {} has not come back; its build is stopped", build.requestId());
                    remove(build);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean comesBack(RunningBuild build) throws InterruptedException {
        long left = patience.toMillis();
        while (left > 0 && !build.isHeld()) {
            if (closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            left -= connected.getAsBoolean() ? LOOK_MILLIS : 0;
        }
        return build.isHeld();
    }

    /** Stops the builds that have lost their requests. */
    @Override
    public void close() {
        closing.countDown();
        builds.values().forEach(build -> {
            if (build.abandon()) {
                remove(build);
            }
        });
    }
}
