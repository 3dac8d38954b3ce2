package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQSslConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Connects to ActiveMQ Classic over OpenWire. What is set here wins over the same option in a URL, since the promise of
 * one event per request hangs on it; only the transport's timeouts can be set by URL.
 *
 * @param access how to approach the broker; null for nobody who trusts whom the Java runtime trusts
 */
record ClassicConnector(@Nullable BrokerAccess access) implements Connector {
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
        return credentials == null
                ? factory.createConnection()
                : factory.createConnection(credentials.user(), credentials.password());
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
