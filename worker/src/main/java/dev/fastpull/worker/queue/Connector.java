package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.net.URI;
import java.time.Duration;

/** Makes connections to one kind of broker, set up as the worker needs them. The place for another kind. */
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
}
