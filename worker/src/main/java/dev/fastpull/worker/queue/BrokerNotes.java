package dev.fastpull.worker.queue;

import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.UnreadableMessageException;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in a queue beside the requests', each sent in a session of its own: what is sent in the one that holds the request
 * is not seen before its commit.
 */
final class BrokerNotes implements Notes {
    private static final Logger log = LoggerFactory.getLogger(BrokerNotes.class);
    private static final String EVENT_ID = "fastpull_note";
    /** Only for what is left of a request that somebody took out of the queue by hand. */
    private static final Duration LIFE = Duration.ofDays(7);

    private final Connection connection;
    /** By events, how many were left by this delivery. */
    private final Map<String, Integer> left = new ConcurrentHashMap<>();

    /** The notes as they are seen and left over the connection that the request came by. */
    BrokerNotes(Connection connection) {
        this.connection = connection;
    }

    /** Takes all notes about the request with this completion event away; in a transacted session, with its commit. */
    void remove(Session session, String eventId) throws JMSException {
        about(eventId).take(session, left.getOrDefault(eventId, 0));
    }

    private Entries about(String eventId) {
        // An event's id is a UUID, so nothing in it can end the quotes.
        return new Entries(connection, Destinations.NOTES, EVENT_ID, eventId);
    }

    @Override
    public Left find(String eventId) throws RequestLostException {
        try {
            int handBacks = 0;
            Succeeded begun = null;
            for (Message note : about(eventId).look()) {
                if (note instanceof TextMessage text) {
                    Succeeded draft = draft(text);
                    begun = draft != null && draft.envelope().id().equals(eventId) ? draft : begun;
                } else {
                    handBacks++;
                }
            }
            return new Left(handBacks, begun);
        } catch (JMSException | RuntimeException e) {
            throw lost("tell what was left about the request", e);
        }
    }

    private static @Nullable Succeeded draft(TextMessage note) throws JMSException {
        try {
            return MessageCodec.decodeEvent(note.getText()) instanceof Succeeded draft ? draft : null;
        } catch (UnreadableMessageException e) {
            log.warn("A note about a request cannot be read: {}", e.getMessage());
            return null;
        }
    }

    @Override
    public void publishing(Succeeded draft) throws RequestLostException {
        leave(draft.envelope().id(), session -> session.createTextMessage(MessageCodec.encodeEvent(draft)));
    }

    @Override
    public void handedBack(String eventId) throws RequestLostException {
        leave(eventId, Session::createMessage);
    }

    /** Makes a message to leave. */
    private interface Maker {
        Message make(Session session) throws JMSException;
    }

    private void leave(String eventId, Maker maker) throws RequestLostException {
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(Destinations.NOTES))) {
            Message note = maker.make(session);
            note.setStringProperty(EVENT_ID, eventId);
            producer.send(note, DeliveryMode.PERSISTENT, Message.DEFAULT_PRIORITY, LIFE.toMillis());
            left.merge(eventId, 1, Integer::sum);
        } catch (JMSException | RuntimeException e) {
            throw lost("take a note about the request", e);
        }
    }

    private static RequestLostException lost(String what, Exception cause) {
        return new RequestLostException("the broker does not " + what + " (" + Failures.inOneLine(cause) + ")");
    }
}
