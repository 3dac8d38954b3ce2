package dev.fastpull.worker.chaos;

import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.queue.CancelMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends the requests, a few more than the pool can run at a time, some of them twice, and cancels some. */
final class Sender {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final long MARK_MILLIS = Duration.ofMinutes(5).toMillis();
    private static final int COPY_COMES_WITHIN = 20;
    private static final int CANCEL_WITHIN_MILLIS = 6000;

    private final Broker broker;
    private final EventLog events;
    private final Run run;
    private final Random random;
    private final int window;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger awaited = new AtomicInteger();

    Sender(Broker broker, EventLog events, Run run, Random random, int window) {
        this.broker = broker;
        this.events = events;
        this.run = run;
        this.random = random;
        this.window = window;
    }

    /** {@return how many messages were sent that must end in an event, and have not yet} */
    int outstanding() {
        return awaited.get() - events.count();
    }

    /** {@return how many messages were sent} */
    int sent() {
        return sent.get();
    }

    /** {@return those of the requests that were sent, with all their copies, before the run was over} */
    List<Sent> send(List<Sent> requests, double untilSeconds) throws InterruptedException {
        List<Sent> order = new ArrayList<>(requests);
        for (Sent request : requests) {
            if (request.copies() > 1) {
                int at = order.indexOf(request) + 1 + random.nextInt(COPY_COMES_WITHIN);
                order.add(Math.min(at, order.size()), request);
            }
        }
        List<Sent> done = new ArrayList<>();
        for (Sent request : order) {
            while (outstanding() >= window && run.seconds() < untilSeconds) {
                run.pause(LOOK_AGAIN);
            }
            if (run.seconds() >= untilSeconds) {
                return done;
            }
            send(request);
            done.add(request);
        }
        return done;
    }

    private void send(Sent request) throws InterruptedException {
        whileUp("a request", session -> {
            var message = session.createTextMessage(request.body());
            message.setJMSCorrelationID(request.requestId());
            session.createProducer(session.createQueue(Destinations.REQUESTS)).send(message);
        });
        sent.incrementAndGet();
        if (request.kind().hasEvent()) {
            awaited.incrementAndGet();
        }
        if (request.kind() == RequestKind.CANCELED) {
            var after = Duration.ofMillis(random.nextInt(CANCEL_WITHIN_MILLIS));
            Thread.startVirtualThread(() -> cancel(request.requestId(), after));
        }
    }

    /** As {@code fastpull cancel} does: the mark first, the word then. */
    private void cancel(String requestId, Duration after) {
        try {
            run.pause(after);
            whileUp("a cancellation", session -> {
                session.createProducer(session.createQueue(Destinations.CANCELS)).send(
                        CancelMessage.of(session, requestId), DeliveryMode.PERSISTENT, Message.DEFAULT_PRIORITY,
                        MARK_MILLIS);
                session.createProducer(session.createTopic(Destinations.CONTROL))
                        .send(CancelMessage.of(session, requestId));
            });
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends something. */
    @FunctionalInterface
    private interface Sending {
        void with(Session session) throws JMSException;
    }

    private void whileUp(String what, Sending sending) throws InterruptedException {
        try {
            broker.whileUp(session -> {
                sending.with(session);
                return true;
            });
        } catch (JMSException e) {
            run.violated("the harness could not send " + what + ", so that nothing can be said: " + e.getMessage());
            run.end();
        }
    }
}
