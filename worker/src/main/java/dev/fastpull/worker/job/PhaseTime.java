package dev.fastpull.worker.job;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.registry.RegistryException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a phase within its time. The work runs in a thread of its own, so that the interrupt that ends it reaches nothing
 * else, and one that comes from outside (a cancel, the build's own limit, the worker's end) is handed on to it.
 */
final class PhaseTime {
    private PhaseTime() {}

    /**
     * Runs the work of a phase.
     *
     * @param limit how long it may take; null for as long as it likes
     * @param phase the phase
     * @param work the work
     * @return what comes of it
     * @throws BuildException where it fails, with TIMEOUT where the limit is reached or a registry is waited for in vain
     * @throws InterruptedException where this thread was interrupted; the work has ended by then
     */
    static <T> T within(@Nullable Duration limit, Phase phase, Work<T> work)
            throws BuildException, InterruptedException {
        try {
            if (limit == null) {
                return work.run();
            }
            try (var running = Alongside.start(phase.label(), work)) {
                return running.join(limit);
            }
        } catch (TimeoutException _) {
            throw new BuildException(FailureReason.TIMEOUT, "The phase " + phase.label() + " took longer than the "
                    + seconds(limit) + " s that the worker's operator gives it, and was stopped. Nothing was published."
                    + " If it needs more, ask for a longer --phase-timeout " + phase.label() + "=….");
        } catch (BuildException e) {
            throw waitedInVain(e)
                    ? new BuildException(FailureReason.TIMEOUT, "In the phase " + phase.label() + ": " + e.getMessage(),
                            e)
                    : e;
        }
    }

    private static boolean waitedInVain(BuildException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException registry) {
                return registry.timedOut();
            }
        }
        return false;
    }

    private static String seconds(@Nullable Duration limit) {
        return limit == null ? "" : Double.toString(limit.toMillis() / 1000.0);
    }
}
