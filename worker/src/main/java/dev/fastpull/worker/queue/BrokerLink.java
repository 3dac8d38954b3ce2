package dev.fastpull.worker.queue;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one connection to the broker: makes it, hands it out, and makes another when it is lost. */
final class BrokerLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BrokerLink.class);
    private static final Duration SEND_WAITS = Duration.ZERO;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Connector connector;
    private final BrokerConfig config;
    private final Listener listener;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock telling = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Connection current;
    private @Nullable Connection brokenEarly;
    private boolean proven;
    private boolean closed;

    private String lastFailure = "";

    /** Hears of every change, on whatever thread brought it about. */
    interface Listener {
        /** Whether there is a connection now. Called one at a time, so the last call is right. */
        void connected(boolean now);

        /** Whoever works for a request of the connection works in vain. */
        void lost();
    }

    BrokerLink(Connector connector, BrokerConfig config, Listener listener) {
        this.connector = connector;
        this.config = config;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("fastpull-broker").daemon().unstarted(this::keepConnected);
    }

    void start() {
        thread.start();
    }

    /** {@return the connection, waiting for one as long as it takes; null once the link is closed} */
    @Nullable
    Connection await() throws InterruptedException {
        return await(() -> false);
    }

    /** {@return the connection, waiting for one until it need not; null then, and once the link is closed} */
    @Nullable
    Connection await(BooleanSupplier inVain) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (current == null && !closed && !inVain.getAsBoolean()) {
                if (changed.awaitNanos(LOOK_AGAIN_NANOS) <= 0) {
                    log.trace("Still not connected");
                }
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    boolean isCurrent(Connection connection) {
        lock.lock();
        try {
            return connection.equals(current);
        } finally {
            lock.unlock();
        }
    }

    boolean isConnected() {
        lock.lock();
        try {
            return current != null;
        } finally {
            lock.unlock();
        }
    }

    /** Goes to the broker and back in a session of its connection; throws where it does not come back. */
    void prove(Session session) throws JMSException {
        connector.prove(session);
    }

    /** Something was committed, so the connection is good: the next pause may be short again. */
    void proven() {
        lock.lock();
        try {
            proven = true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a connection up, once; later calls for the same one do nothing. */
    void drop(Connection connection, Exception cause) {
        lock.lock();
        try {
            if (!connection.equals(current)) {
                brokenEarly = connection;
                return;
            }
            current = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        log.warn("Lost the connection to the broker ({}); connecting again", Failures.inOneLine(cause));
        tell();
        listener.lost();
    }

    private void tell() {
        telling.lock();
        try {
            listener.connected(isConnected());
        } finally {
            telling.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            current = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepConnected() {
        int failures = 0;
        while (!isClosed()) {
            Connection connection = connectToAny();
            if (connection != null && publish(connection)) {
                tell();
                failures = awaitEnd(connection) ? 0 : failures;
            }
            if (connection != null) {
                close(connection);
            }
            failures++;
            pause(config.backoff().pause(failures, ThreadLocalRandom.current().nextDouble()));
        }
    }

    private @Nullable Connection connectToAny() {
        StringBuilder failure = new StringBuilder();
        for (URI url : config.urls()) {
            try {
                Connection connection = connect(url);
                log.info("Connected to the broker at {}", BrokerUrls.shown(url));
                lastFailure = "";
                return connection;
            } catch (JMSException | RuntimeException e) {
                failure.append(failure.isEmpty() ? "" : "; ").append(BrokerUrls.shown(url)).append(": ")
                        .append(Failures.inOneLine(e));
            }
        }
        if (!lastFailure.contentEquals(failure)) {
            lastFailure = failure.toString();
            log.warn("Cannot connect to the broker ({}); trying again until it works", lastFailure);
        }
        return null;
    }

    private Connection connect(URI url) throws JMSException {
        Connection connection = connector.connect(url, SEND_WAITS);
        try {
            connection.setExceptionListener(e -> drop(connection, e));
            connection.start();
            connector.check(connection, config.requestQueue(), config.maxAttempts());
            return connection;
        } catch (JMSException | RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    private boolean publish(Connection connection) {
        lock.lock();
        try {
            if (closed || connection.equals(brokenEarly)) {
                return false;
            }
            current = connection;
            proven = false;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the connection is given up, and says whether it had been of any use. */
    private boolean awaitEnd(Connection connection) {
        lock.lock();
        try {
            while (connection.equals(current)) {
                changed.awaitUninterruptibly();
            }
            return proven;
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration length) {
        lock.lock();
        try {
            long left = length.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (JMSException e) {
            log.debug("The connection did not close cleanly: {}", Failures.inOneLine(e));
        }
    }
}
