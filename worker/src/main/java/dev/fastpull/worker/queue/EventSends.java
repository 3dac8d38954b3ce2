package dev.fastpull.worker.queue;

import dev.fastpull.worker.metrics.BuildMetrics;
import jakarta.jms.JMSException;
import jakarta.jms.ResourceAllocationException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that are on their way to the broker. A broker whose store is full does not refuse them: it does not answer
 * until somebody has made room, and all that goes over the connection waits with them. One that is set up to refuse them
 * is asked again, in the same transaction. Somebody should hear of either.
 */
final class EventSends {
    /** A broker takes an event within milliseconds, one whose disk is busy within a second. */
    static final Duration BLOCKED_AFTER = Duration.ofSeconds(5);
    private static final Backoff REFUSED = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(5));
    private static final Logger log = LoggerFactory.getLogger(EventSends.class);

    private final BuildMetrics metrics;
    private final Executor later = CompletableFuture.delayedExecutor(BLOCKED_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    private final Set<Send> underWay = ConcurrentHashMap.newKeySet();

    EventSends(BuildMetrics metrics) {
        this.metrics = metrics;
    }

    /** {@return a send that begins now, to be closed when the broker has taken the event or it was given up} */
    Send begin() {
        var send = new Send(metrics.sending());
        underWay.add(send);
        later.execute(send::look);
        return send;
    }

    /** {@return whether an event has waited so long that something must be wrong with the broker} */
    boolean blocked() {
        return underWay.stream().anyMatch(Send::isBlocked);
    }

    /** Sends a message. */
    @FunctionalInterface
    interface Sending {
        void run() throws JMSException;
    }

    /** One event, or the events of one request. */
    final class Send implements AutoCloseable {
        private final long since = System.nanoTime();
        private final BuildMetrics.Running counted;
        private boolean told;
        private boolean closed;

        private Send(BuildMetrics.Running counted) {
            this.counted = counted;
        }

        /**
         * Sends one message, as often as the broker refuses it for want of room. A refused message is in no transaction,
         * so that it is not doubled by this; and to give up the connection instead would send the request round and
         * round, built anew each time.
         */
        void patiently(Sending sending) throws JMSException {
            for (int refusals = 1;; refusals++) {
                try {
                    sending.run();
                    return;
                } catch (ResourceAllocationException e) {
                    log.debug("The broker refuses an event: {}", Failures.inOneLine(e));
                    pause(REFUSED.pause(refusals, ThreadLocalRandom.current().nextDouble()), e);
                }
            }
        }

        private static void pause(Duration length, JMSException refusal) throws JMSException {
            try {
                Thread.sleep(length);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw refusal;
            }
        }

        private boolean isBlocked() {
            return System.nanoTime() - since >= BLOCKED_AFTER.toNanos();
        }

        private synchronized void look() {
            if (!closed) {
                told = true;
                log.warn("The broker has not taken an event for {} s: its store may be full, perhaps since nobody reads"
                        + " the events; it is sent as soon as there is room", BLOCKED_AFTER.toSeconds());
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            underWay.remove(this);
            counted.close();
            if (told) {
                log.info("The event that the broker did not take waits no more, after {} s",
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since));
            }
        }
    }
}
