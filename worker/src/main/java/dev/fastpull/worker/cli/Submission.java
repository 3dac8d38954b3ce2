package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.queue.ClassicConnector;
import dev.fastpull.worker.queue.Credentials;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request on its way to the queue, and the wait for what becomes of it. */
final class Submission implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Connection connection;
    private final Session session;

    private Submission(Connection connection, Session session) {
        this.connection = connection;
        this.session = session;
    }

    /** {@return a connection to the broker}; throws {@link JMSException} where there is none. */
    static Submission connect(URI broker, @Nullable Credentials credentials) throws JMSException {
        Connection connection = new ClassicConnector(credentials).connect(broker, CONNECT);
        connection.start();
        return new Submission(connection, connection.createSession(false, Session.AUTO_ACKNOWLEDGE));
    }

    /** Sends a request and returns at once. */
    void send(BuildRequest request) throws JMSException {
        session.createProducer(session.createQueue(Destinations.REQUESTS)).send(message(request));
    }

    /** Sends a request and waits for its event, for as long as it takes; {@code news} hears what happens meanwhile. */
    CompletionEvent sendAndWait(BuildRequest request, Consumer<ProgressEvent> news) throws JMSException {
        var progress = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        progress.createConsumer(progress.createTopic(Destinations.PROGRESS)).setMessageListener(message -> {
            if (message instanceof TextMessage text) {
                tell(text, request.requestId(), news);
            }
        });
        var reply = session.createTemporaryQueue();
        try (MessageConsumer replies = session.createConsumer(reply)) {
            Message message = message(request);
            message.setJMSReplyTo(reply);
            session.createProducer(session.createQueue(Destinations.REQUESTS)).send(message);
            return MessageCodec.decodeEvent(((TextMessage) replies.receive()).getText());
        }
    }

    private Message message(BuildRequest request) throws JMSException {
        Message message = session.createTextMessage(MessageCodec.encodeRequest(request));
        message.setJMSCorrelationID(request.requestId());
        return message;
    }

    private static void tell(TextMessage text, String requestId, Consumer<ProgressEvent> news) {
        try {
            MessageCodec.decodeProgress(text.getText())
                    .filter(event -> event.requestId().equals(requestId))
                    .ifPresent(news);
        } catch (JMSException _) {
            // News may be lost.
        }
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
