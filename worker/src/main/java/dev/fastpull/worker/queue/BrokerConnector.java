package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.net.URI;
import java.time.Duration;
import org.apache.activemq.artemis.jms.client.ActiveMQConnection;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;
import org.jspecify.annotations.Nullable;

/** Connects to whatever kind of broker the URL is of: {@code artemis+…} to Artemis, any other to ActiveMQ Classic. */
public final class BrokerConnector implements Connector {
    private final ClassicConnector classic;
    private final ArtemisConnector artemis;

    /**
     * A connector.
     *
     * @param access how to approach a broker; null for nobody who trusts whom the Java runtime trusts
     */
    public BrokerConnector(@Nullable BrokerAccess access) {
        classic = new ClassicConnector(access);
        artemis = new ArtemisConnector(access);
    }

    @Override
    public Connection connect(URI url, Duration sendTimeout) throws JMSException {
        return (ArtemisConnector.isFor(url) ? artemis : classic).connect(url, sendTimeout);
    }

    @Override
    public void check(Connection connection, String requestQueue, int maxAttempts) throws JMSException {
        (connection instanceof ActiveMQConnection ? artemis : classic).check(connection, requestQueue, maxAttempts);
    }

    @Override
    public void prove(Session session) throws JMSException {
        (session instanceof ActiveMQSession ? artemis : classic).prove(session);
    }

    @Override
    public boolean isThere(Session session, TemporaryQueue queue) throws JMSException {
        return (session instanceof ActiveMQSession ? artemis : classic).isThere(session, queue);
    }
}
