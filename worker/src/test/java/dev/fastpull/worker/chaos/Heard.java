package dev.fastpull.worker.chaos;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.ImageReference;

/**
 * An event as the observer has it.
 *
 * @param messageId the message's id, of which a worker's two events have two
 * @param event the event
 * @param seconds when it came, since the beginning of the run
 */
record Heard(String messageId, CompletionEvent event, double seconds) {

    /** {@return the tag that the request asked for; empty where none could be read} */
    String tag() {
        String image = event.report().image();
        return image == null ? "" : ImageReference.parse(image).tag();
    }
}
