package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages in a queue that say something about one request: few, among few.
 *
 * @param connection a connection to the broker
 * @param queue the queue's name
 * @param property the property that names the request
 * @param value what it must be; without quotes
 */
record Entries(Connection connection, String queue, String property, String value) {
    private static final Logger log = LoggerFactory.getLogger(Entries.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * {@return those that are there and have not expired} In a session of its own: a browser in the one that holds the request
     * keeps that from being delivered again. Without a selector: ActiveMQ Classic's browser with one sees the first page only.
     */
    List<Message> look() throws JMSException {
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
            return Collections.list((Enumeration<?>) browser.getEnumeration()).stream()
                    .map(Message.class::cast)
                    .filter(this::isMeant)
                    .toList();
        }
    }

    /** Brokers take away what has expired at their leisure. */
    private boolean isMeant(Message message) {
        try {
            return value.equals(message.getStringProperty(property))
                    && (message.getJMSExpiration() == 0 || message.getJMSExpiration() > System.currentTimeMillis());
        } catch (JMSException e) {
            return false;
        }
    }

    /**
     * Takes them away; in a transacted session, with its commit. They are counted first and then waited for, since ActiveMQ
     * Classic may answer a receive that does not wait before it has looked into its store.
     *
     * @param known how many must be there, even if a browser does not see yet what was sent a moment ago
     */
    void take(Session session, int known) throws JMSException {
        int there = Math.max(known, look().size());
        if (there == 0) {
            return;
        }
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue),
                property + " = '" + value + "'")) {
            for (int i = 0; i < there; i++) {
                if (consumer.receive(PATIENCE.toMillis()) == null) {
                    log.warn("{} of {} messages stay in {} until they expire", there - i, there, queue);
                    return;
                }
            }
        }
    }
}
