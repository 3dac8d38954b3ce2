package dev.fastpull.worker.metrics;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.FailureReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens in a worker that somebody may want to count. Every method may be called from any thread. */
public interface BuildMetrics {

    /**
     * A request was received, for the first time or again.
     *
     * @param attempt which delivery it is, from 1
     * @param waited how long it lay in the queue; null where the sender's clock is not known
     */
    void received(int attempt, @Nullable Duration waited);

    /**
     * A build begins.
     *
     * @return to be closed when it is over, whatever came of it
     */
    Running began();

    /**
     * An event is on its way to the broker.
     *
     * @return to be closed when the broker has taken it, or it was given up
     */
    Running sending();

    /**
     * A request has ended, and its event is at the broker for good.
     *
     * @param event the event
     */
    void ended(CompletionEvent event);

    /**
     * A message was put aside, since it is no request.
     *
     * @param kind why
     */
    void invalid(InvalidKind kind);

    /** The copy of an event for the requester could not be sent. */
    void replyFailed();

    /** News of a running build were thrown away, since they could not be sent fast enough or not at all. */
    void progressDropped();

    /**
     * The connection to the broker was made or lost.
     *
     * @param connected whether there is one now
     */
    void brokerConnected(boolean connected);

    /**
     * A part of a build failed and is tried again.
     *
     * @param reason why it failed
     */
    void retried(FailureReason reason);

    /** buildkitd had ended by itself and was started again. */
    void builderRestarted();

    /**
     * BuildKit's cache was looked at.
     *
     * @param bytes how much it holds
     */
    void builderCache(long bytes);

    /** Something that goes on. */
    interface Running extends AutoCloseable {
        @Override
        void close();
    }
}
