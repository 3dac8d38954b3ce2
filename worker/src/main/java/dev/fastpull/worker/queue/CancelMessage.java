package dev.fastpull.worker.queue;

import dev.fastpull.messages.Destinations;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;

/**
 * The wish that a request be canceled: a message without a body whose property names the request. On the control topic it
 * reaches whoever runs the request now; as a mark in a queue it waits for whoever will receive it.
 */
public final class CancelMessage {
    private static final String REQUEST_ID = "fastpull_cancel";

    private CancelMessage() {}

    /** {@return a new message for the request} */
    public static Message of(Session session, String requestId) throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty(REQUEST_ID, requestId);
        return message;
    }

    /** {@return the id of the request that is to be canceled; null where the message is about none} */
    static @Nullable String requestId(Message message) throws JMSException {
        return message.getStringProperty(REQUEST_ID);
    }

    /** {@return whether there is a mark for the request} */
    static boolean isMarked(Connection connection, String requestId) throws JMSException {
        return !marks(connection, requestId).look().isEmpty();
    }

    /** Takes all marks for the request away; in a transacted session of the connection, with its commit. */
    public static void unmark(Connection connection, Session session, String requestId) throws JMSException {
        marks(connection, requestId).take(session, 0);
    }

    private static Entries marks(Connection connection, String requestId) {
        // An id has letters, digits and . _ : - only, so nothing in it can end the quotes.
        return new Entries(connection, Destinations.CANCELS, REQUEST_ID, requestId);
    }
}
