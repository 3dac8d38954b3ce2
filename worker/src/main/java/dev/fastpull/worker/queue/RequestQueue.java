package dev.fastpull.worker.queue;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.worker.metrics.BuildMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests from the broker, as many at a time as there are slots, for as long as it is open. Each request gets
 * exactly one event, sent in the transaction that acknowledges it. When the broker goes away the handlers at work are
 * interrupted, since their requests will be delivered again, and the worker connects again by itself.
 */
public final class RequestQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RequestQueue.class);
    /** How long an interrupted handler may take to clean up behind itself. */
    private static final Duration INTERRUPTED_LIMIT = Duration.ofSeconds(30);
    /** What a commit may still take; one that waits for room at the broker would wait on. */
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(5);

    private final Replies replies;
    private final BrokerLink link;
    private final List<Slot> slots;
    private final ControlListener control;
    private final EventSends sends;
    private final Activity activity;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);

    /**
     * A queue that takes nothing yet.
     *
     * @param config the broker, its queues, and the number of slots
     * @param connector how to connect
     * @param handler does the work, on the slots' threads
     * @param metrics is told what happens
     * @param clock tells how long a request has waited
     */
    public RequestQueue(BrokerConfig config, Connector connector, RequestHandler handler,
            BuildMetrics metrics, Clock clock) {
        this(config, connector, handler, metrics, clock, _ -> {}, _ -> Optional.empty(), Admission.ALWAYS, null);
    }

    /**
     * A queue that takes nothing yet, and tells of every event.
     *
     * @param config the broker, its queues, and the number of slots
     * @param connector how to connect
     * @param handler does the work, on the slots' threads
     * @param metrics is told what happens
     * @param clock tells how long a request has waited
     * @param onCommitted hears every event once it is committed, on a slot's thread; must not block or throw
     * @param cancels cancels requests that run here
     * @param admission whether a request may be taken
     * @param most how many requests are taken at all; null for as many as come
     */
    public RequestQueue(BrokerConfig config, Connector connector, RequestHandler handler,
            BuildMetrics metrics, Clock clock, Consumer<CompletionEvent> onCommitted, CancelHandler cancels,
            Admission admission, @Nullable Integer most) {
        replies = new Replies(config, connector, metrics);
        sends = new EventSends(metrics);
        activity = new Activity(most);
        Ending ending = new Ending(config, replies, sends, metrics, onCommitted);
        link = new BrokerLink(connector, config, new BrokerLink.Listener() {
            @Override
            public void connected(boolean now) {
                metrics.brokerConnected(now);
                activity.connected(now);
            }

            @Override
            public void lost() {
                interruptHandlers();
            }
        });
        control = new ControlListener(link, cancels, stopping);
        slots = IntStream.range(0, config.slots())
                .mapToObj(i -> new Slot(config, link, handler, ending, metrics, clock, admission, activity,
                        stopping))
                .toList();
    }

    /** Begins to connect and to take requests, and returns at once. */
    public void start() {
        link.start();
        Thread.ofPlatform().name("fastpull-control").daemon().start(control);
        for (Slot slot : slots) {
            threads.add(Thread.ofPlatform().name("fastpull-slot-" + (threads.size() + 1)).start(slot));
        }
    }

    /** {@return whether there is a connection to the broker now} */
    public boolean connected() {
        return link.isConnected();
    }

    /** {@return why no request can be taken now, one sentence each; empty where one could} */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (stopping.getCount() == 0) {
            problems.add("the worker is ending");
        }
        if (!connected()) {
            problems.add("not connected to the broker");
        }
        if (sends.blocked()) {
            problems.add("the broker does not take events: its store may be full, perhaps since nobody reads them");
        }
        return problems;
    }

    /** {@return how many requests have ended here} */
    public int ended() {
        return activity.ended();
    }

    /** {@return whether any request is at work} */
    public boolean busy() {
        return activity.busy();
    }

    /** {@return for how long there has been a broker, no request has come and none has been at work} */
    public Duration quiet() {
        return activity.quiet();
    }

    /** Takes no new request. What has begun goes on. */
    public void stopTaking() {
        stopping.countDown();
    }

    /**
     * Takes no new request, waits for those that have begun, interrupts those that have not ended by then, so that they
     * go back to the queue, and disconnects.
     *
     * @param grace how long to wait
     * @return whether all slots had ended by then
     * @throws InterruptedException if the thread was interrupted while it waited; what runs was then interrupted too
     */
    public boolean stop(Duration grace) throws InterruptedException {
        stopTaking();
        try {
            boolean ended = join(grace);
            if (!ended) {
                long stopped = interruptHandlers();
                if (stopped > 0) {
                    log.warn("Still running after {} s: {} builds; they are stopped and go back to the queue",
                            grace.toSeconds(), stopped);
                }
                Duration limit = stopped > 0 ? INTERRUPTED_LIMIT : COMMIT_LIMIT;
                if (!join(limit)) {
                    log.warn("Requests are still at work {} s after they were told to stop", limit.toSeconds());
                }
            }
            return ended;
        } finally {
            interruptHandlers();
            link.close();
            replies.close();
        }
    }

    /** Stops without a period of grace. */
    @Override
    public void close() {
        try {
            stop(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return how many were at work} */
    private long interruptHandlers() {
        return slots.stream().filter(Slot::interruptHandler).count();
    }

    private boolean join(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (Thread thread : threads) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            // join(Duration) with nothing left only asks whether the thread has ended.
            if (!thread.join(left)) {
                return false;
            }
        }
        return true;
    }
}
