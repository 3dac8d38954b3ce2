package dev.fastpull.worker.chaos;

import dev.fastpull.worker.queue.BrokerConnector;
import dev.fastpull.worker.testing.BrokerProcess;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The broker, which is killed now and then, but never while the harness itself sends: whether a request was sent must not
 * be in doubt, or nobody could say how many events there have to be.
 */
final class Broker implements AutoCloseable {
    /**
     * After how long a silence it looks whether it has heard of a worker since it looked last. It gives a worker up when it
     * has looked three times: the first look finds that it had just spoken, the second takes note of it, the third acts.
     */
    static final int SILENCE_SECONDS = 5;

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final BrokerProcess process;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    Broker(Path folder) throws IOException {
        process = BrokerProcess.start(folder);
    }

    /** Something to be done with a session. */
    @FunctionalInterface
    interface Deed<T> {
        T with(Session session) throws JMSException;
    }

    /** {@return its address} */
    URI url() {
        return process.url();
    }

    /** {@return its address, and that it is to give up sooner than by default a worker that says nothing} */
    URI urlForWorkers() {
        return URI.create(url() + "?wireFormat.maxInactivityDuration=" + 1000 * SILENCE_SECONDS);
    }

    /** {@return what comes of a deed that no kill interrupts} */
    <T> T whileUp(Deed<T> deed) throws JMSException {
        lock.readLock().lock();
        try (Connection connection = connect()) {
            return deed.with(connection.createSession(false, Session.AUTO_ACKNOWLEDGE));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** {@return a connection that a kill may break} */
    Connection connect() throws JMSException {
        Connection connection = new BrokerConnector(null).connect(url(), CONNECT);
        connection.start();
        return connection;
    }

    /** Kills it and starts it again. */
    void crash(Duration away, Run run) throws IOException, InterruptedException {
        lock.writeLock().lock();
        try {
            process.kill();
            run.pause(away);
            process.startAgain();
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
