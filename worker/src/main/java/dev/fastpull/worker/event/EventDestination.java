package dev.fastpull.worker.event;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.regex.Pattern;

/**
 * Where completion events go: a queue, or a topic.
 *
 * @param name the name at the broker
 * @param topic whether it is a topic
 */
public record EventDestination(String name, boolean topic) {
    private static final String TOPIC = "topic:";
    private static final String QUEUE = "queue:";

    /**
     * In a name, ActiveMQ Classic takes a comma for a list of destinations, a question mark for options, {@code *} and
     * {@code >} for wildcards, and {@code topic://} for a topic
     * (<a href="https://activemq.apache.org/components/classic/documentation/composite-destinations">composite
     * destinations</a>, <a href="https://activemq.apache.org/components/classic/documentation/wildcards">wildcards</a>);
     * Artemis takes {@code #} for a wildcard and {@code ::} for address and queue. A plain name has none of it.
     */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/+@-]+(:[A-Za-z0-9._+@-]+)*");

    /**
     * A destination from its parts.
     *
     * @throws IllegalArgumentException if the name is not plain
     */
    public EventDestination {
        if (!isPlain(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is not the name of one queue or topic: letters, digits"
                    + " and . _ - / + @ : may be used, and no list, wildcard or option");
        }
    }

    /**
     * Reads what an operator wrote.
     *
     * @param text {@code NAME} or {@code queue:NAME} for a queue, {@code topic:NAME} for a topic
     * @return the destination
     * @throws IllegalArgumentException if the name is not plain
     */
    public static EventDestination parse(String text) {
        if (text.startsWith(TOPIC)) {
            return new EventDestination(text.substring(TOPIC.length()), true);
        }
        return new EventDestination(text.startsWith(QUEUE) ? text.substring(QUEUE.length()) : text, false);
    }

    /**
     * Whether a name stands for exactly one destination, on ActiveMQ Classic and on Artemis.
     *
     * @param name the name of a queue or topic
     * @return false if it is a list, has a wildcard or an option, or is empty
     */
    public static boolean isPlain(String name) {
        return PLAIN.matcher(name).matches();
    }

    /**
     * The destination as JMS wants it.
     *
     * @param session the session that will send
     * @return the queue or topic
     * @throws JMSException if the session is closed
     */
    public Destination in(Session session) throws JMSException {
        return topic ? session.createTopic(name) : session.createQueue(name);
    }

    @Override
    public String toString() {
        return topic ? TOPIC + name : name;
    }
}
