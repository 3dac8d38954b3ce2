package dev.fastpull.worker.queue;

import java.util.Optional;

/** Hears that somebody wants a request canceled, on the thread of the control topic. Must not block. */
@FunctionalInterface
public interface CancelHandler {

    /**
     * Cancels the request where it is this worker's.
     *
     * @param requestId the request's id
     * @return what to answer, such as {@code canceling}; empty where this worker knows nothing of it, and another one may
     */
    Optional<String> cancel(String requestId);
}
