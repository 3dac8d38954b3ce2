package dev.fastpull.worker.chaos;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.ImageReference;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * An event as the observer has it.
 *
 * @param messageId the message's id, of which a worker's two events have two
 * @param event the event
 * @param seconds when it came, since the beginning of the run
 */
record Heard(String messageId, CompletionEvent event, double seconds) {

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%7.1f s %s %s attempt %d of %s%s%s%s %s", seconds,
                event.report().requestId(),
                event.status(), event.report().attempt(), event.report().worker(),
                event.report().superseded() ? " superseded" : "",
                event.cause().map(why -> " " + why.reason() + " " + why.message()).orElse(""),
                event.report().images().stream().map(image -> " " + image.reference() + " " + image.digest())
                        .collect(Collectors.joining()),
                messageId);
    }

    /** {@return the tag that the request asked for; empty where none could be read} */
    String tag() {
        String image = event.report().image();
        return image == null ? "" : ImageReference.parse(image).tag();
    }
}
