package dev.fastpull.worker.queue;

import dev.fastpull.messages.CompletionEvent;
import org.jspecify.annotations.Nullable;

/** How the work on a request ended. */
public sealed interface Answer {

    /**
     * The request has ended, well or not; the event says which. It is acknowledged and its event sent, both or neither.
     *
     * @param event the event
     */
    record Completed(CompletionEvent event) implements Answer {}

    /**
     * It is not a request. The message goes unchanged to the queue for invalid ones, where somebody may look at it.
     *
     * @param reason one or two sentences: what is wrong with it
     * @param event the event for its sender; null where not even the request's id could be read
     */
    record Invalid(String reason, @Nullable CompletionEvent event) implements Answer {}

    /** The request has not ended and is given back to the queue, for this or another worker to try again. */
    record HandBack() implements Answer {}
}
