package dev.fastpull.worker.event;

import dev.fastpull.messages.CompletionEvent;

/** Writes an event as a CloudEvent in structured JSON. */
@FunctionalInterface
public interface EventEncoder {

    /**
     * Writes one event.
     *
     * @param event the event
     * @return JSON
     */
    String encode(CompletionEvent event);
}
