package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.net.URI;
import java.time.Duration;

/** Makes connections to one kind of broker, set up as the worker needs them, and knows what is special about it. */
@FunctionalInterface
public interface Connector {

    /**
     * Connects. Such a connection never fails over by itself, fetches no message before a receive asks for it, waits for
     * the broker's word on everything it sends, never gives up on a message that is rolled back, and notices within half
     * a minute that the broker is gone.
     *
     * @param url one address of the broker
     * @param sendTimeout how long a send may take; zero for as long as the connection lives
     * @return a connection that is not started yet, so that an exception listener can be set first
     * @throws JMSException if it cannot be made
     */
    Connection connect(URI url, Duration sendTimeout) throws JMSException;

    /**
     * Looks whether the broker is set up so that every request can have its event. Here it is: how often a message is
     * delivered is the client's affair.
     *
     * @param connection a started connection of this connector's
     * @param requestQueue the queue that requests come from
     * @param maxAttempts how many deliveries a request gets from the worker
     * @throws JMSException if it is not, in a sentence that says what to change; or if the connection is lost
     */
    default void check(Connection connection, String requestQueue, int maxAttempts) throws JMSException {}

    /**
     * Goes to the broker and back within a session. Here with a producer: it is registered with the session at the
     * broker, which refuses it where it does not know the session any more; without a destination no permission is
     * needed for it.
     *
     * @param session a session of a connection of this connector's
     * @throws JMSException if the broker does not answer, or does not know the session any more
     */
    default void prove(Session session) throws JMSException {
        session.createProducer(null).close();
    }

    /**
     * Asks whether somebody still waits at a temporary queue. Here nobody is asked, as the broker refuses what is sent to
     * one that is gone.
     *
     * @param session a session of a connection of this connector's
     * @param queue the queue, as a message names it
     * @return false if there is no such temporary queue
     * @throws JMSException if the broker does not answer
     */
    default boolean isThere(Session session, TemporaryQueue queue) throws JMSException {
        return true;
    }
}
