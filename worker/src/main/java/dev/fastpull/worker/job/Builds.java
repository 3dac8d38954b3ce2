package dev.fastpull.worker.job;

import dev.fastpull.messages.CompletionEvent;

/** Runs builds to their end. */
@FunctionalInterface
public interface Builds {

    /**
     * Runs a build.
     *
     * @param order what to build
     * @param attempt which delivery of the request it is
     * @param listener hears how it goes on
     * @return the event that ends the request
     * @throws InterruptedException where this thread was interrupted before the build began to publish; it has ended by
     *     then, nothing is published, and there is no event
     */
    CompletionEvent run(BuildOrder order, Attempt attempt, JobListener listener) throws InterruptedException;
}
