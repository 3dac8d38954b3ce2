package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.messages.UnreadableMessageException;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.BrokerConnector;
import dev.fastpull.worker.queue.BrokerUrls;
import dev.fastpull.worker.queue.Failures;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its sending to its event. The event is heard twice: as the reply, and on the progress topic; the
 * first one counts, so that it does not matter which of them is lost, with a connection or without.
 *
 * @param brokers the broker's addresses, tried in turn
 * @param access how a broker is approached; null for nobody who trusts whom the Java runtime trusts
 * @param queue the queue of requests
 * @param notices hears what a person should know, a sentence each
 */
record Submission(List<URI> brokers, @Nullable BrokerAccess access, String queue, Consumer<String> notices) {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);

    /** What is heard while one waits. */
    private sealed interface Heard {
        /** The end. */
        record Event(CompletionEvent event) implements Heard {}

        /** The connection is gone. */
        record Lost(JMSException cause) implements Heard {}
    }

    /** Sends a request and waits for nothing; throws {@link JMSException} where no broker takes it. */
    void send(BuildRequest request) throws JMSException {
        try (Connection connection = connect()) {
            send(connection, request, null);
        }
    }

    /**
     * Sends a request and waits for its event.
     *
     * @param request the request
     * @param limit how long to wait; null for as long as it takes
     * @param news hears what happens meanwhile
     * @return the event; empty where it did not come within the limit
     * @throws JMSException where no broker takes the request; once it is taken, a lost connection is made anew
     */
    Optional<CompletionEvent> sendAndWait(BuildRequest request, @Nullable Duration limit, Consumer<ProgressEvent> news)
            throws JMSException, InterruptedException {
        long end = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
        BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        Connection connection = connect();
        try {
            listen(connection, request.requestId(), news, heard);
            send(connection, request, heard);
            while (true) {
                switch (next(heard, end)) {
                    case null -> {
                        return Optional.empty();
                    }
                    case Heard.Event(CompletionEvent event) -> {
                        return Optional.of(event);
                    }
                    case Heard.Lost(JMSException cause) -> {
                        notices.accept("the connection to the broker is lost (" + Failures.inOneLine(cause)
                                + "); connecting again, to hear of the end on the progress topic");
                        close(connection);
                        connection = reconnect(connection, request.requestId(), news, heard, end);
                    }
                }
            }
        } finally {
            close(connection);
        }
    }

    private static @Nullable Heard next(BlockingQueue<Heard> heard, long end) throws InterruptedException {
        return end == Long.MAX_VALUE
                ? heard.take()
                : heard.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    /** {@return a connection that listens; the old one, closed, where the time is up before there is one} */
    private Connection reconnect(Connection old, String requestId, Consumer<ProgressEvent> news,
            BlockingQueue<Heard> heard, long end) throws InterruptedException {
        while (System.nanoTime() < end) {
            Thread.sleep(BEFORE_NEXT_TRY);
            try {
                heard.removeIf(Heard.Lost.class::isInstance);
                Connection connection = connect();
                listen(connection, requestId, news, heard);
                notices.accept("connected again");
                return connection;
            } catch (JMSException _) {
                // The next try may do better.
            }
        }
        return old;
    }

    /** {@return a started connection to the first broker that takes one} */
    Connection connect() throws JMSException {
        List<String> failures = new ArrayList<>();
        for (URI broker : brokers) {
            try {
                Connection connection = new BrokerConnector(access).connect(broker, CONNECT);
                try {
                    connection.start();
                    return connection;
                } catch (JMSException e) {
                    close(connection);
                    throw e;
                }
            } catch (JMSException e) {
                failures.add(BrokerUrls.shown(broker) + ": " + Failures.inOneLine(e));
            }
        }
        throw new JMSException(String.join("; ", failures));
    }

    private void listen(Connection connection, String requestId, Consumer<ProgressEvent> news,
            BlockingQueue<Heard> heard) throws JMSException {
        connection.setExceptionListener(e -> heard.add(new Heard.Lost(e)));
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        // An id has letters, digits and . _ : - only, so nothing in it can end the quotes.
        session.createConsumer(session.createTopic(Destinations.PROGRESS), "JMSCorrelationID = '" + requestId + "'")
                .setMessageListener(message -> text(message).flatMap(Submission::progress)
                        .filter(event -> event.requestId().equals(requestId)).ifPresent(event -> {
                            news.accept(event);
                            if (event instanceof ProgressEvent.Ended ended) {
                                heard.add(new Heard.Event(ended.event()));
                            }
                        }));
    }

    /** Sends the request, with an address for the reply where somebody waits for it. */
    private void send(Connection connection, BuildRequest request, @Nullable BlockingQueue<Heard> heard)
            throws JMSException {
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Message message = session.createTextMessage(MessageCodec.encodeRequest(request));
        message.setJMSCorrelationID(request.requestId());
        if (heard != null) {
            Session replies = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            var replyTo = replies.createTemporaryQueue();
            MessageConsumer consumer = replies.createConsumer(replyTo);
            // Without a prefetch nothing is pushed to a listener, so somebody has to ask.
            Thread.startVirtualThread(() -> awaitReply(consumer, heard));
            message.setJMSReplyTo(replyTo);
        }
        session.createProducer(session.createQueue(queue)).send(message);
    }

    private static void awaitReply(MessageConsumer consumer, BlockingQueue<Heard> heard) {
        try {
            // Null once the connection is closed.
            for (Message reply = consumer.receive(); reply != null; reply = consumer.receive()) {
                text(reply).flatMap(Submission::event).ifPresent(event -> heard.add(new Heard.Event(event)));
            }
        } catch (JMSException _) {
            // The connection is lost, which its listener tells; the end is still to be heard on the topic.
        }
    }

    private static Optional<String> text(Message message) {
        try {
            return message instanceof TextMessage text ? Optional.ofNullable(text.getText()) : Optional.empty();
        } catch (JMSException _) {
            return Optional.empty();
        }
    }

    /** Anybody may write to the topic, so what cannot be read is none of ours. */
    private static Optional<ProgressEvent> progress(String text) {
        try {
            return MessageCodec.decodeProgress(text);
        } catch (UnreadableMessageException _) {
            return Optional.empty();
        }
    }

    private static Optional<CompletionEvent> event(String text) {
        try {
            return Optional.of(MessageCodec.decodeEvent(text));
        } catch (UnreadableMessageException _) {
            return Optional.empty();
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (JMSException _) {
            // It is given up either way.
        }
    }
}
