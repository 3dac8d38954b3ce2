package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.queue.BrokerConnector;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Sends requests and collects their events, with a new connection each time: it lives on when broker or worker do not.
 *
 * @param broker the broker
 */
record Observer(URI broker) {
    private static final Duration AN_EVENT_COMES_WITHIN = Duration.ofMinutes(2);
    private static final long RECEIVE_MILLIS = 500;

    void send(BuildRequest request) throws JMSException {
        new Submission(List.of(broker), null, Destinations.REQUESTS, _ -> {}).send(request);
    }

    /** {@return the next completion event; while the broker is away it waits for it} */
    CompletionEvent next() {
        List<CompletionEvent> events = new ArrayList<>();
        Awaitility.await("a completion event comes").atMost(AN_EVENT_COMES_WITHIN)
                .ignoreExceptionsInstanceOf(JMSException.class)
                .until(() -> receive(events));
        return events.getFirst();
    }

    private boolean receive(List<CompletionEvent> events) throws JMSException {
        try (Connection connection = connect()) {
            var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Message message = session.createConsumer(session.createQueue(Destinations.EVENTS)).receive(RECEIVE_MILLIS);
            if (message instanceof TextMessage text) {
                events.add(MessageCodec.decodeEvent(text.getText()));
            }
            return message != null;
        }
    }

    /** {@return what lies in the queues: more events, requests, what was put aside by workers or by either kind of broker} */
    List<String> left() throws JMSException {
        return left(Destinations.EVENTS, Destinations.REQUESTS, Destinations.INVALID, "ActiveMQ.DLQ", "DLQ");
    }

    /** {@return what lies in these queues} */
    List<String> left(String... queues) throws JMSException {
        List<String> left = new ArrayList<>();
        try (Connection connection = connect()) {
            var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            for (String queue : queues) {
                try (QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
                    Collections.list((Enumeration<?>) browser.getEnumeration())
                            .forEach(message -> left.add(queue + ": " + message));
                }
            }
        }
        return left;
    }

    private Connection connect() throws JMSException {
        Connection connection = new BrokerConnector(null).connect(broker, Duration.ofSeconds(5));
        connection.start();
        return connection;
    }
}
