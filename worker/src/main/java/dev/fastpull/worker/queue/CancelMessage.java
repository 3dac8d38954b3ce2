package dev.fastpull.worker.queue;

import dev.fastpull.messages.Destinations;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Collections;
import java.util.Enumeration;
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
    static boolean isMarked(Session session, String requestId) throws JMSException {
        try (QueueBrowser browser = session.createBrowser(session.createQueue(Destinations.CANCELS))) {
            for (Object mark : Collections.list((Enumeration<?>) browser.getEnumeration())) {
                // Brokers take away what has expired at their leisure.
                if (mark instanceof Message message && requestId.equals(requestId(message))
                        && (message.getJMSExpiration() == 0
                                || message.getJMSExpiration() > System.currentTimeMillis())) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Takes all marks for the request away; in a transacted session, with its commit. */
    public static void unmark(Session session, String requestId) throws JMSException {
        // An id has letters, digits and . _ : - only, so nothing in it can end the quotes.
        try (MessageConsumer marks = session.createConsumer(session.createQueue(Destinations.CANCELS),
                REQUEST_ID + " = '" + requestId + "'")) {
            Message mark;
            do {
                mark = marks.receiveNoWait();
            } while (mark != null);
        }
    }
}
