package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQSslConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.command.BrokerInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to ActiveMQ Classic over OpenWire. What is set here wins over the same option in a URL, since the promise of
 * one event per request hangs on it; only the transport's timeouts can be set by URL.
 *
 * @param access how to approach the broker; null for nobody who trusts whom the Java runtime trusts
 */
record ClassicConnector(@Nullable BrokerAccess access) implements Connector {
    private static final Logger log = LoggerFactory.getLogger(ClassicConnector.class);
    private static final int CONNECT_MILLIS = 10_000;
    private static final int CLOSE_MILLIS = 5_000;

    @Override
    public Connection connect(URI url, Duration sendTimeout) throws JMSException {
        ActiveMQConnectionFactory factory = factory(withTimeouts(url));
        // With a prefetch of 1 an idle worker sits on a request that another could begin.
        factory.getPrefetchPolicy().setQueuePrefetch(0);
        factory.setRedeliveryPolicy(again());
        factory.setAlwaysSyncSend(true);
        factory.setSendTimeout((int) sendTimeout.toMillis());
        factory.setConnectResponseTimeout(CONNECT_MILLIS);
        factory.setCloseTimeout(CLOSE_MILLIS);
        // A broker's advisories tell of temporary queues that are gone; a send to one of them fails anyway.
        factory.setWatchTopicAdvisories(false);
        // The client would throw away a request whose time to live ends on the way, and nobody would hear of it.
        factory.setConsumerExpiryCheckEnabled(false);
        // It takes a redelivery for a duplicate now and then, and sends it to the dead-letter queue.
        factory.setCheckForDuplicates(false);
        factory.setTrustAllPackages(false);
        factory.setTrustedPackages(List.of());
        Credentials credentials = access == null ? null : access.credentials();
        try {
            Connection connection = credentials == null
                    ? factory.createConnection()
                    : factory.createConnection(credentials.user(), credentials.password());
            return BrokerTls.isFor(url) ? introduced(connection) : connection;
        } catch (JMSException e) {
            throw BrokerTls.isFor(url) ? explained(url, e) : e;
        }
    }

    /** The client shakes hands when it first says something, so it is made to. */
    private static Connection introduced(Connection connection) throws JMSException {
        try {
            connection.createSession(false, Session.AUTO_ACKNOWLEDGE).close();
            return connection;
        } catch (JMSException e) {
            connection.close();
            throw e;
        }
    }

    /** Where the handshake fails, the client at times says only that the connection is closed. */
    private JMSException explained(URI url, JMSException failure) {
        try {
            BrokerTls.tryOut(url, url.getPort(), access == null ? null : access.authorities(), CONNECT_MILLIS);
            return failure;
        } catch (IOException e) {
            JMSException explained = new JMSException(e.getMessage());
            explained.initCause(e);
            return explained;
        }
    }

    /** Artemis understands this protocol too, and counts deliveries by itself. */
    @Override
    public void check(Connection connection, String requestQueue, int maxAttempts) {
        BrokerInfo broker = connection instanceof ActiveMQConnection classic ? classic.getBrokerInfo() : null;
        if (broker != null && isArtemis(broker)) {
            log.warn("The broker is Artemis, which takes clients of ActiveMQ Classic, but then nobody looks up its"
                    + " max-delivery-attempts; write artemis+tcp://HOST:PORT instead");
        }
    }

    /** It names its address without a scheme (2.56), Classic with one. */
    private static boolean isArtemis(BrokerInfo broker) {
        String url = broker.getBrokerURL();
        return url != null && !url.isEmpty() && !url.contains("://");
    }

    private ActiveMQConnectionFactory factory(URI url) throws JMSException {
        if (access == null || access.authorities() == null || !BrokerTls.isFor(url)) {
            return new ActiveMQConnectionFactory(url);
        }
        ActiveMQSslConnectionFactory factory = new ActiveMQSslConnectionFactory(url);
        try {
            factory.setKeyAndTrustManagers(null, BrokerTls.trusting(access.authorities()), new SecureRandom());
            return factory;
        } catch (IOException e) {
            JMSException failure = new JMSException(e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    /** A request never goes to the dead-letter queue, where it would end without an event. */
    private static RedeliveryPolicy again() {
        RedeliveryPolicy policy = new RedeliveryPolicy();
        policy.setMaximumRedeliveries(RedeliveryPolicy.NO_MAXIMUM_REDELIVERIES);
        // With a prefetch of 0 a delay leaves a pull behind at the broker, which then hoards a message.
        policy.setInitialRedeliveryDelay(0);
        policy.setRedeliveryDelay(0);
        policy.setMaximumRedeliveryDelay(0);
        return policy;
    }

    private static URI withTimeouts(URI url) {
        URI patient = BrokerUrls.withOption(url, "wireFormat.maxInactivityDuration", "15000");
        return BrokerUrls.withOption(patient, "connectionTimeout", Integer.toString(CONNECT_MILLIS));
    }
}
