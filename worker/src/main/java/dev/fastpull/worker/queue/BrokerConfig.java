package dev.fastpull.worker.queue;

import dev.fastpull.worker.event.EventDestination;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which broker, and which of its queues and topics.
 *
 * @param urls the broker's addresses, tried in turn; see {@link BrokerUrls}
 * @param access how to approach the broker; null for nobody who trusts whom the Java runtime trusts
 * @param requestQueue the queue that requests come from
 * @param events where completion events go, at least one
 * @param invalidQueue where messages go that are no requests
 * @param progressTopic where news of running builds go
 * @param replyPrefixes how the names of queues begin that a request may name for its reply; temporary queues always may
 * @param slots how many builds run at a time
 * @param maxAttempts how often a request is delivered before it has to end without another try
 * @param backoff the pauses between tries to connect
 */
public record BrokerConfig(List<URI> urls, @Nullable BrokerAccess access, String requestQueue,
        List<EventDestination> events, String invalidQueue, String progressTopic, List<String> replyPrefixes, int slots,
        int maxAttempts, Backoff backoff) {

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a list is empty that must not be, a number is below 1, or a name is not plain
     */
    public BrokerConfig {
        urls = List.copyOf(urls);
        events = List.copyOf(events);
        replyPrefixes = List.copyOf(replyPrefixes);
        if (urls.isEmpty() || events.isEmpty()) {
            throw new IllegalArgumentException("at least one broker URL and one destination for events are needed");
        }
        if (slots < 1 || maxAttempts < 1) {
            throw new IllegalArgumentException("the numbers of slots and attempts must be at least 1");
        }
        if (replyPrefixes.contains("")) {
            throw new IllegalArgumentException("an empty reply prefix would let a request write to any queue");
        }
        for (String name : List.of(requestQueue, invalidQueue, progressTopic)) {
            if (!EventDestination.isPlain(name)) {
                throw new IllegalArgumentException("\"" + name + "\" is not the name of one queue or topic");
            }
        }
    }

    /** {@return the URLs as they may be logged, and the queue} */
    @Override
    public String toString() {
        return "BrokerConfig" + urls.stream().map(BrokerUrls::shown).toList() + " " + requestQueue;
    }
}
