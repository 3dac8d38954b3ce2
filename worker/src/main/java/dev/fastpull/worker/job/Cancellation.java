package dev.fastpull.worker.job;

import org.jspecify.annotations.Nullable;

/** Whether somebody wants a build to stop; may be said from any thread, before the build begins or while it runs. */
public final class Cancellation {
    private boolean requested;
    private @Nullable Runnable stop;

    /** A build that nobody wants to stop yet. */
    public Cancellation() {}

    /** Says that the build is to stop. Saying it again changes nothing. */
    public synchronized void request() {
        boolean first = !requested;
        requested = true;
        if (first && stop != null) {
            stop.run();
        }
    }

    /** Has {@code action} run once the build is to stop, or at once where that was said already. */
    synchronized void onRequest(Runnable action) {
        stop = action;
        if (requested) {
            action.run();
        }
    }
}
