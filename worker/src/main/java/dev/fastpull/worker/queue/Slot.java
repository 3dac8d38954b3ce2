package dev.fastpull.worker.queue;

import dev.fastpull.worker.metrics.BuildMetrics;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one request after the other: receives it, hands it on, and commits or rolls back. It runs on a platform thread
 * of its own with a transacted session of its own, which it throws away after every rollback, so that the request goes
 * back to the broker for any worker instead of staying with this consumer.
 */
final class Slot implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Slot.class);
    /** How soon a slot without work notices that it should stop. */
    private static final long RECEIVE_MILLIS = 500;

    private final BrokerConfig config;
    private final BrokerLink link;
    private final RequestHandler handler;
    private final Ending ending;
    private final BuildMetrics metrics;
    private final Clock clock;
    private final Admission admission;
    private final Activity activity;
    private final CountDownLatch stopping;
    private final Interruption interruption = new Interruption();

    Slot(BrokerConfig config, BrokerLink link, RequestHandler handler, Ending ending, BuildMetrics metrics, Clock clock,
            Admission admission, Activity activity, CountDownLatch stopping) {
        this.config = config;
        this.link = link;
        this.handler = handler;
        this.ending = ending;
        this.metrics = metrics;
        this.clock = clock;
        this.admission = admission;
        this.activity = activity;
        this.stopping = stopping;
    }

    /** Interrupts the handler; {@return whether one was at work} The slot finds out itself why. */
    boolean interruptHandler() {
        return interruption.interrupt();
    }

    @Override
    public void run() {
        int handedBack = 0;
        try {
            while (!isStopping()) {
                Connection connection = link.await(this::isStopping);
                if (connection == null) {
                    return;
                }
                if (serve(connection)) {
                    handedBack = 0;
                } else {
                    handedBack++;
                }
                pause(handedBack);
            }
        } catch (InterruptedException e) {
            log.debug("Stopped while waiting");
        }
    }

    /** Answers requests until one is handed back or there is nothing more to do; says whether any was answered. */
    private boolean serve(Connection connection) throws InterruptedException {
        boolean answered = false;
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(config.requestQueue()))) {
            while (!isStopping() && link.isCurrent(connection)) {
                Message message = next(consumer);
                if (message == null) {
                    continue;
                }
                if (!taken(connection, session, message)) {
                    session.rollback();
                    return answered;
                }
                answered = true;
                link.proven();
            }
        } catch (JMSException e) {
            // Whether the last commit went through is not known. If it did not, the request comes again, and its event
            // with it; sending the event alone could make it the second one.
            link.drop(connection, e);
        }
        return answered;
    }

    /** {@return the next request; null where none came, or none may be taken now} */
    private @Nullable Message next(MessageConsumer consumer) throws JMSException, InterruptedException {
        if (!admission.open() || !activity.reserve()) {
            if (stopping.await(RECEIVE_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("Stopped while no request may be taken");
            }
            return null;
        }
        Message message = null;
        try {
            message = consumer.receive(RECEIVE_MILLIS);
            return message;
        } finally {
            if (message == null) {
                activity.nothing();
            }
        }
    }

    /** Says whether the request was answered; what has come when none may be taken any more goes back. */
    private boolean taken(Connection connection, Session session, Message message) throws JMSException {
        boolean answered = false;
        activity.begin();
        try {
            answered = !isStopping() && admission.open() && answer(connection, session, message);
            return answered;
        } finally {
            activity.over(answered);
        }
    }

    /** Says whether the request's transaction was committed; if not, nobody has heard anything of this attempt. */
    private boolean answer(Connection connection, Session session, Message message) throws JMSException {
        try {
            switch (MessageBody.of(message)) {
                case MessageBody.Unusable unusable -> {
                    ending.putAside(session, message, unusable);
                    return true;
                }
                case MessageBody.Usable(byte[] bytes) -> {
                    var notes = new BrokerNotes(connection);
                    Answer answer = handle(connection, received(connection, session, message, bytes, notes));
                    return answer != null && link.isCurrent(connection)
                            && ending.commit(connection, session, message, answer,
                                    notes);
                }
            }
        } catch (RuntimeException e) {
            // A defect here is no reason to take the connection, and with it their builds, from the other slots.
            log.error("A request could not be ended; it goes back to the queue", e);
            return false;
        }
    }

    private Received received(Connection connection, Session session, Message message, byte[] body, BrokerNotes notes)
            throws JMSException {
        int attempt = message.getIntProperty("JMSXDeliveryCount");
        Instant sentAt = message.getJMSTimestamp() == 0 ? null : Instant.ofEpochMilli(message.getJMSTimestamp());
        metrics.received(attempt, sentAt == null ? null : Duration.between(sentAt, clock.instant()));
        return new Received(body, attempt, config.maxAttempts(), sentAt, config.requestQueue(),
                () -> prove(connection, session),
                requestId -> isMarked(connection, requestId), notes);
    }

    private @Nullable Answer handle(Connection connection, Received received) {
        interruption.begin();
        // A connection lost before begin() interrupted nobody; one lost after it does.
        try (BuildMetrics.Running _ = metrics.began()) {
            return link.isCurrent(connection) ? handler.handle(received) : null;
        } catch (InterruptedException e) {
            log.info("Stopped working on a request, since the worker stops; it goes back to the queue");
        } catch (RequestLostException e) {
            log.warn("No event is sent for this delivery of a request: {}", e.getMessage());
        } catch (RuntimeException | Error e) {
            log.error("Attempt {} at a request failed unexpectedly; it goes back to the queue", received.attempt(), e);
        } finally {
            interruption.end();
        }
        return null;
    }

    private void prove(Connection connection, Session session) throws RequestLostException {
        if (!link.isCurrent(connection)) {
            throw new RequestLostException("the connection that it came by is lost");
        }
        try {
            link.prove(session);
        } catch (JMSException e) {
            throw new RequestLostException("the broker does not confirm that the request is still ours ("
                    + Failures.inOneLine(e) + ")");
        }
    }

    private static boolean isMarked(Connection connection, String requestId) throws RequestLostException {
        try {
            return CancelMessage.isMarked(connection, requestId);
        } catch (JMSException | RuntimeException e) {
            throw new RequestLostException("the broker does not tell whether it is to be canceled ("
                    + Failures.inOneLine(e) + ")");
        }
    }

    /** After a handed-back request others go first, and a request that nobody can handle does not spin. */
    private void pause(int handedBack) throws InterruptedException {
        if (handedBack > 0 && link.isConnected()) {
            Duration pause = config.backoff().pause(handedBack, ThreadLocalRandom.current().nextDouble());
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("Stopped while pausing");
            }
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }
}
