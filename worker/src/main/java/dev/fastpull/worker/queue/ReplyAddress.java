package dev.fastpull.worker.queue;

import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.event.EventDestination;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which {@code JMSReplyTo} is honoured. A request names it, so without a rule it could have the worker write to any queue
 * of the broker, its own among them, where an event would come back as a request for ever.
 */
final class ReplyAddress {
    private final List<String> prefixes;
    private final Set<String> own = new HashSet<>();

    ReplyAddress(BrokerConfig config) {
        prefixes = config.replyPrefixes();
        own.add(config.requestQueue());
        own.add(config.invalidQueue());
        own.add(config.progressTopic());
        own.add(Destinations.CANCELS);
        own.add(Destinations.NOTES);
        config.events().forEach(event -> own.add(event.name()));
    }

    /** Whether an event may be sent there. A name that is a list or has options could reach more than it shows. */
    boolean isAllowed(Destination replyTo) throws JMSException {
        if (!(replyTo instanceof Queue queue)) {
            return false;
        }
        String name = queue.getQueueName();
        return EventDestination.isPlain(name) && !own.contains(name)
                && (queue instanceof TemporaryQueue || prefixes.stream().anyMatch(name::startsWith));
    }
}
