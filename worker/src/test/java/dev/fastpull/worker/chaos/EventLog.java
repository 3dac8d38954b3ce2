package dev.fastpull.worker.chaos;

import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.UnreadableMessageException;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The observer: reads the queue of events, through all that happens to the broker, and loses none. What is read is
 * acknowledged after it was written down; what is delivered again because of that has the same message id, while a second
 * event of a worker has one of its own.
 */
final class EventLog {
    private static final long RECEIVE_MILLIS = 500;
    private static final Duration BEFORE_NEXT_TRY = Duration.ofMillis(300);

    private final Broker broker;
    private final Run run;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private final AtomicLong lastAt = new AtomicLong(System.nanoTime());
    private final Thread thread;
    private volatile boolean closing;

    EventLog(Broker broker, Run run) {
        this.broker = broker;
        this.run = run;
        this.thread = Thread.ofPlatform().name("observer").daemon().start(this::read);
    }

    /** {@return how many events there were} */
    int count() {
        return heard.size();
    }

    /** {@return seconds since the last one, or since the beginning} */
    double silence() {
        return (System.nanoTime() - lastAt.get()) / 1e9;
    }

    /** {@return all events so far, in the order of their coming} */
    List<Heard> all() {
        return heard.values().stream().sorted((one, other) -> Double.compare(one.seconds(), other.seconds())).toList();
    }

    private void read() {
        try {
            while (!closing && !run.isOver()) {
                try (Connection connection = broker.connect()) {
                    read(connection);
                } catch (JMSException _) {
                    run.pause(BEFORE_NEXT_TRY);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Connection connection) throws JMSException {
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageConsumer events = session.createConsumer(session.createQueue(Destinations.EVENTS));
        while (true) {
            Message message = events.receive(RECEIVE_MILLIS);
            if (message != null) {
                write(message);
                session.commit();
            } else if (closing || run.isOver()) {
                return;
            }
        }
    }

    private void write(Message message) throws JMSException {
        try {
            var event = MessageCodec.decodeEvent(((TextMessage) message).getText());
            if (heard.putIfAbsent(message.getJMSMessageID(),
                    new Heard(message.getJMSMessageID(), event, run.seconds())) == null) {
                lastAt.set(System.nanoTime());
            }
        } catch (UnreadableMessageException | ClassCastException e) {
            run.violated("something that is no event came to the queue of events: " + e.getMessage());
        }
    }

    /** Reads what is still there, and ends; it also ends with the run. */
    void finish() throws InterruptedException {
        closing = true;
        thread.join(Duration.ofSeconds(30));
        thread.interrupt();
    }
}
