package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ActiveMQInterruptedException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSession.QueueQuery;
import org.apache.activemq.artemis.api.jms.ActiveMQJMSClient;
import org.apache.activemq.artemis.api.jms.JMSFactoryType;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;
import org.jspecify.annotations.Nullable;

/**
 * Connects to Apache ActiveMQ Artemis over its core protocol. Of a URL's options only those count that say how soon a
 * silent broker is noticed; everything else is set here, since the promise of one event per request hangs on it.
 *
 * @param access how to approach the broker; null for nobody who trusts whom the Java runtime trusts
 */
record ArtemisConnector(@Nullable BrokerAccess access) implements Connector {
    private static final String SCHEME = "artemis+";
    private static final int DEFAULT_PORT = 61616;
    private static final int CONNECT_MILLIS = 10_000;
    /** The client looks once in this time whether it has heard anything, so silence is noticed after twice that. */
    private static final long TTL_MILLIS = 12_000;
    private static final long PING_MILLIS = 4_000;
    /** For a call that may take as long as the connection lives. */
    private static final long PATIENT_MILLIS = Duration.ofMinutes(10).toMillis();
    /** Any name will do for a question that only wants an answer. */
    private static final SimpleString SOME_ADDRESS = SimpleString.of("fastpull.prove");

    /** {@return whether the address is of an Artemis broker} */
    static boolean isFor(URI url) {
        return url.getScheme().toLowerCase(Locale.ROOT).startsWith(SCHEME);
    }

    @Override
    public Connection connect(URI url, Duration sendTimeout) throws JMSException {
        Credentials credentials = access == null ? null : access.credentials();
        try {
            ActiveMQConnectionFactory factory = factory(url, sendTimeout);
            return credentials == null
                    ? factory.createConnection()
                    : factory.createConnection(credentials.user(), credentials.password());
        } catch (JMSException e) {
            throw explained(url, e);
        }
    }

    @Override
    public void check(Connection connection, String requestQueue, int maxAttempts) throws JMSException {
        Optional<ArtemisSettings> settings = ArtemisSettings.ask(connection, requestQueue);
        if (settings.isPresent()) {
            settings.get().check(maxAttempts);
        }
    }

    /** A producer without a destination, as asked for on Classic, is a matter of the client alone here. */
    @Override
    public void prove(Session session) throws JMSException {
        ask(session, core -> core.addressQuery(SOME_ADDRESS));
    }

    /**
     * Here a send makes a temporary queue that is gone anew, for ever and for nobody; and that a queue is temporary is the
     * requester's word alone, who could so name a queue that is not for requesters.
     */
    @Override
    public boolean isThere(Session session, TemporaryQueue queue) throws JMSException {
        SimpleString name = SimpleString.of(queue.getQueueName());
        QueueQuery found = ask(session, core -> core.queueQuery(name));
        return found.isExists() && found.isTemporary();
    }

    /** A question to the broker within a session. */
    private interface Question<A> {
        A in(ClientSession core) throws ActiveMQException;
    }

    private static <A> A ask(Session session, Question<A> question) throws JMSException {
        try {
            return question.in(((ActiveMQSession) session).getCoreSession());
        } catch (ActiveMQException e) {
            throw because(e);
        } catch (ActiveMQInterruptedException e) {
            // The client has taken the interrupt away.
            Thread.currentThread().interrupt();
            throw because(e);
        }
    }

    private ActiveMQConnectionFactory factory(URI url, Duration sendTimeout) {
        Map<String, String> options = BrokerUrls.options(url);
        ActiveMQConnectionFactory factory = ActiveMQJMSClient.createConnectionFactoryWithoutHA(JMSFactoryType.CF,
                new TransportConfiguration(NettyConnectorFactory.class.getName(), transport(url)));
        // Whatever else is fetched ahead, an idle worker sits on a request that another could begin.
        factory.setConsumerWindowSize(0);
        factory.setBlockOnDurableSend(true);
        factory.setBlockOnNonDurableSend(true);
        // An acknowledgement is certain with its commit. Waited for by itself, it holds up the farewell to a broker that
        // does not answer any more.
        factory.setBlockOnAcknowledge(false);
        // The worker reconnects by itself: a session that is carried over hides whether a commit went through.
        factory.setReconnectAttempts(0);
        factory.setInitialConnectAttempts(1);
        // A cluster would have the client connect to another member than the one that is named.
        factory.setUseTopologyForLoadBalancing(false);
        factory.setCallTimeout(sendTimeout.isZero() ? PATIENT_MILLIS : sendTimeout.toMillis());
        factory.setConnectionTTL(millis(options, "connectionTTL", TTL_MILLIS));
        factory.setClientFailureCheckPeriod(millis(options, "clientFailureCheckPeriod", PING_MILLIS));
        factory.setDeserializationDenyList("*");
        return factory;
    }

    private Map<String, Object> transport(URI url) {
        Map<String, Object> transport = new HashMap<>();
        transport.put(TransportConstants.HOST_PROP_NAME, url.getHost());
        transport.put(TransportConstants.PORT_PROP_NAME, port(url));
        transport.put(TransportConstants.NETTY_CONNECT_TIMEOUT, CONNECT_MILLIS);
        // Java's own sockets do, without native code; two threads for a handful of connections.
        transport.put(TransportConstants.USE_EPOLL_PROP_NAME, false);
        transport.put(TransportConstants.USE_KQUEUE_PROP_NAME, false);
        transport.put(TransportConstants.REMOTING_THREADS_PROPNAME, 2);
        if (BrokerTls.isFor(url)) {
            transport.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
            transport.put(TransportConstants.VERIFY_HOST_PROP_NAME, true);
            if (access != null && access.authorities() != null) {
                transport.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PEMCA");
                transport.put(TransportConstants.TRUSTSTORE_PATH_PROP_NAME, access.authorities().toString());
            }
        }
        return transport;
    }

    /** The client keeps to itself why it could not connect, so this finds out. */
    private JMSException explained(URI url, JMSException failure) {
        if (!(failure.getCause() instanceof ActiveMQException cause)
                || cause.getType() != ActiveMQExceptionType.NOT_CONNECTED) {
            return failure;
        }
        try {
            BrokerTls.tryOut(url, port(url), access == null ? null : access.authorities(), CONNECT_MILLIS);
            return new JMSException("somebody listens there, but it is no Artemis broker");
        } catch (IOException e) {
            return because(e);
        }
    }

    private static int port(URI url) {
        return url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    }

    private static long millis(Map<String, String> options, String name, long otherwise) {
        String written = options.getOrDefault(name, "");
        return written.matches("[0-9]{1,9}") ? Long.parseLong(written) : otherwise;
    }

    private static JMSException because(Exception cause) {
        JMSException made = new JMSException(cause.getMessage());
        made.initCause(cause);
        return made;
    }
}
