package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what may be lost, on a thread and a connection of its own: whatever goes wrong here, no build waits for it and
 * no transaction fails with it. The connection is made when there is something to send.
 */
final class BestEffortSender implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BestEffortSender.class);
    private static final Duration SEND_LIMIT = Duration.ofSeconds(5);
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(5);
    private static final long RECONNECT_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final String what;
    private final Connector connector;
    private final List<URI> urls;
    private final BlockingQueue<Parcel> waiting;
    private final Thread thread;
    private final AtomicReference<@Nullable Connection> broken = new AtomicReference<>();
    private volatile boolean closing;

    private @Nullable Connection connection;
    private @Nullable Session session;
    private long retryAt = System.nanoTime();
    private boolean failing;

    /** One thing to send. */
    interface Parcel {
        void send(Session session) throws JMSException;

        /** It was not sent, and will not be. */
        void lost(String why);
    }

    BestEffortSender(String what, Connector connector, List<URI> urls, int capacity) {
        this.what = what;
        this.connector = connector;
        this.urls = List.copyOf(urls);
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.thread = Thread.ofPlatform().name("fastpull-" + what).daemon().start(this::sendAll);
    }

    /** Takes a parcel and returns at once. */
    void send(Parcel parcel) {
        if (closing || !waiting.offer(parcel)) {
            parcel.lost("too many are waiting to be sent");
        }
    }

    /** Sends what is waiting, as far as that goes within seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            if (!thread.join(FLUSH_LIMIT)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void sendAll() {
        try {
            while (!closing || !waiting.isEmpty()) {
                Parcel parcel = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (parcel != null) {
                    send1(parcel);
                }
            }
        } catch (InterruptedException e) {
            log.debug("Stopped with {} {} unsent", waiting.size(), what);
        } finally {
            disconnect();
            waiting.forEach(parcel -> parcel.lost("the worker stops"));
        }
    }

    private void send1(Parcel parcel) {
        try {
            parcel.send(session());
            failing = false;
        } catch (JMSException | RuntimeException e) {
            disconnect();
            String why = Failures.inOneLine(e);
            if (!failing) {
                failing = true;
                log.warn("Cannot send {}: {}", what, why);
            }
            parcel.lost(why);
        }
    }

    private Session session() throws JMSException {
        if (connection != null && connection.equals(broken.get())) {
            disconnect();
        }
        if (session == null) {
            if (retryAt - System.nanoTime() > 0) {
                throw new JMSException("the broker could not be reached a moment ago");
            }
            try {
                session = connect().createSession(false, Session.AUTO_ACKNOWLEDGE);
            } catch (JMSException e) {
                retryAt = System.nanoTime() + RECONNECT_PAUSE;
                throw e;
            }
        }
        return session;
    }

    private Connection connect() throws JMSException {
        JMSException last = new JMSException("there is no broker URL");
        for (URI url : urls) {
            try {
                Connection made = connector.connect(url, SEND_LIMIT);
                connection = made;
                made.setExceptionListener(e -> broken.set(made));
                made.start();
                return made;
            } catch (JMSException e) {
                last = e;
                disconnect();
            }
        }
        throw last;
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        session = null;
        if (old != null) {
            try {
                old.close();
            } catch (JMSException e) {
                log.debug("The connection for {} did not close cleanly: {}", what, Failures.inOneLine(e));
            }
        }
    }
}
