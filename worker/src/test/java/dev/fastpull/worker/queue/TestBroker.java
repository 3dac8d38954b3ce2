package dev.fastpull.worker.queue;

import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.event.EventDestination;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.jms.ActiveMQJMSClient;
import org.apache.activemq.artemis.api.jms.JMSFactoryType;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;

/** A producer of requests and consumer of events with the client's usual settings, at a real broker. */
final class TestBroker implements AutoCloseable {
    static final String REQUESTS = "fastpull.build.requests";
    static final String EVENTS = "fastpull.build.events";
    static final String INVALID = "fastpull.build.invalid";
    static final String DEAD = "ActiveMQ.DLQ";
    private static final long RECEIVE_MILLIS = 10_000;

    final Connection connection;
    final Session session;

    /** Makes a message to send. */
    interface Maker {
        Message make(Session session) throws JMSException;
    }

    TestBroker(URI url) throws JMSException {
        connection = factory(url).createConnection();
        connection.start();
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    }

    private static ConnectionFactory factory(URI url) {
        return ArtemisConnector.isFor(url)
                ? ActiveMQJMSClient.createConnectionFactoryWithoutHA(JMSFactoryType.CF,
                        new TransportConfiguration(NettyConnectorFactory.class.getName(),
                                Map.of("host", url.getHost(), "port", url.getPort(), "useEpoll", false)))
                : new ActiveMQConnectionFactory(url);
    }

    static BrokerConfig config(URI url, int slots, String... replyPrefixes) {
        return new BrokerConfig(List.of(url), null, REQUESTS, List.of(EventDestination.parse(EVENTS)), INVALID,
                "fastpull.build.progress", List.of(replyPrefixes), slots, 5,
                new Backoff(Duration.ofMillis(50), Duration.ofMillis(200)));
    }

    void sendText(String text) throws JMSException {
        send(made -> made.createTextMessage(text));
    }

    void sendText(String text, Destination replyTo) throws JMSException {
        send(made -> {
            TextMessage message = made.createTextMessage(text);
            message.setJMSReplyTo(replyTo);
            return message;
        });
    }

    void sendBytes(byte[] bytes) throws JMSException {
        send(made -> {
            BytesMessage message = made.createBytesMessage();
            message.writeBytes(bytes);
            return message;
        });
    }

    void send(Maker maker) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(REQUESTS))) {
            producer.send(maker.make(session));
        }
    }

    /** Marks a request as to be canceled, so many times. */
    void mark(String requestId, int times) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(Destinations.CANCELS))) {
            for (int i = 0; i < times; i++) {
                producer.send(CancelMessage.of(session, requestId), DeliveryMode.NON_PERSISTENT,
                        Message.DEFAULT_PRIORITY, RECEIVE_MILLIS * 6);
            }
        }
    }

    TemporaryQueue temporaryQueue() throws JMSException {
        return session.createTemporaryQueue();
    }

    /** The next message of a queue, waiting some seconds for it. */
    Message next(Destination queue) throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(queue)) {
            return Objects.requireNonNull(consumer.receive(RECEIVE_MILLIS), "nothing came to " + queue);
        }
    }

    Message next(String queue) throws JMSException {
        return next(session.createQueue(queue));
    }

    int count(String queue) throws JMSException {
        try (QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
            return Collections.list((Enumeration<?>) browser.getEnumeration()).size();
        }
    }

    /** Takes everything out of the service's queues that nobody wants any more. */
    void drain() throws JMSException {
        for (String queue : List.of(REQUESTS, EVENTS, INVALID, Destinations.CANCELS, Destinations.NOTES)) {
            try (MessageConsumer left = session.createConsumer(session.createQueue(queue))) {
                while (left.receiveNoWait() != null) {
                    // The next one.
                }
            }
        }
    }

    static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
