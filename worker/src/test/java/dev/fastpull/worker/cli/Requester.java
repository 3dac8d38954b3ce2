package dev.fastpull.worker.cli;

import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.queue.BrokerConnector;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Sends requests and hears everything that workers say of them; one request at a time. */
final class Requester implements AutoCloseable {
    private static final long AN_EVENT_COMES_WITHIN_MILLIS = 120_000;

    private final Connection connection;
    private final Session session;
    private final MessageConsumer events;
    private final MessageConsumer replies;
    private final Queue replyTo;
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final Map<String, Deed> deeds = new ConcurrentHashMap<>();
    private final List<String> unexpected = new ArrayList<>();

    Requester(URI broker) throws JMSException {
        connection = new BrokerConnector(null).connect(broker, Duration.ofSeconds(10));
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        events = session.createConsumer(session.createQueue(Destinations.EVENTS));
        replyTo = session.createTemporaryQueue();
        replies = session.createConsumer(replyTo);
        Session listening = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        listening.createConsumer(listening.createTopic(Destinations.PROGRESS))
                .setMessageListener(news -> hear(text(news)));
        connection.start();
    }

    /** Something to be done, which may fail. */
    @FunctionalInterface
    interface Deed {
        void run() throws IOException;
    }

    /** Does something once these words are heard in the news. */
    void when(String words, Deed deed) {
        deeds.put(words, deed);
    }

    private void hear(String news) {
        progress.add(news);
        deeds.entrySet().removeIf(entry -> {
            boolean now = news.contains(entry.getKey());
            if (now) {
                try {
                    entry.getValue().run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return now;
        });
    }

    /** {@return what became of the request} */
    Ended ask(String request) throws JMSException {
        drain();
        send(request);
        Message event = Objects.requireNonNull(events.receive(AN_EVENT_COMES_WITHIN_MILLIS), "no event came");
        Message reply = Objects.requireNonNull(replies.receive(AN_EVENT_COMES_WITHIN_MILLIS), "no reply came");
        Map<String, String> properties = new TreeMap<>();
        for (Object name : Collections.list((Enumeration<?>) event.getPropertyNames())) {
            properties.put(String.valueOf(name), event.getStringProperty(String.valueOf(name)));
        }
        return new Ended(MessageCodec.decodeEvent(text(event)), text(event), properties, event.getJMSCorrelationID(),
                text(reply));
    }

    /** Sends a request and waits for nothing. */
    void send(String request) throws JMSException {
        Message message = session.createTextMessage(request);
        message.setJMSReplyTo(replyTo);
        session.createProducer(session.createQueue(Destinations.REQUESTS)).send(message);
    }

    /** {@return the next message in the queue of what could not be read} */
    Message invalid() throws JMSException {
        try (MessageConsumer invalid = session.createConsumer(session.createQueue(Destinations.INVALID))) {
            return Objects.requireNonNull(invalid.receive(AN_EVENT_COMES_WITHIN_MILLIS), "nothing was put aside");
        }
    }

    /** {@return all news so far} */
    List<String> progress() {
        return progress;
    }

    /** {@return what lay at the broker in the end, where nothing should: second events, requests, what was put aside} */
    List<String> unexpected() {
        return unexpected;
    }

    /** To be called when no worker is at work any more. */
    @Override
    public void close() throws JMSException {
        for (@Nullable
        Message event = events.receiveNoWait(); event != null; event = events.receiveNoWait()) {
            unexpected.add(text(event));
        }
        for (String queue : List.of(Destinations.REQUESTS, Destinations.INVALID, "ActiveMQ.DLQ")) {
            try (QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
                Collections.list((Enumeration<?>) browser.getEnumeration())
                        .forEach(left -> unexpected.add(queue + ": " + left));
            }
        }
        connection.close();
    }

    /** A second event for an earlier request must not be taken for the next one's. */
    private void drain() throws JMSException {
        for (@Nullable
        Message event = events.receiveNoWait(); event != null; event = events.receiveNoWait()) {
            unexpected.add(text(event));
        }
    }

    private static String text(Message message) {
        try {
            return ((TextMessage) message).getText();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
