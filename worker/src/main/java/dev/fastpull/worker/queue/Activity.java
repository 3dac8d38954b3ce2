package dev.fastpull.worker.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many requests a worker may still take, how many have ended, and since when it has had nothing to do. A slot that
 * asks the broker for a request holds its place among those that may be taken, so that all slots together never take
 * more.
 */
final class Activity {
    private final @Nullable Integer most;
    private int reserved;
    private int working;
    private int ended;
    private boolean connected;
    private long quietSince = System.nanoTime();

    /** {@code most} is how many requests may be taken; null for as many as come. */
    Activity(@Nullable Integer most) {
        this.most = most;
    }

    /** {@return whether a slot may ask for a request}; {@link #nothing} or {@link #over} comes next then */
    synchronized boolean reserve() {
        if (most != null && reserved >= most) {
            return false;
        }
        reserved++;
        return true;
    }

    /** None came. */
    synchronized void nothing() {
        reserved--;
    }

    /** One came. */
    synchronized void begin() {
        working++;
    }

    /** Its work is over; where it was not answered, it has gone back and another may be taken for it. */
    synchronized void over(boolean answered) {
        working--;
        quietSince = System.nanoTime();
        if (answered) {
            ended++;
        } else {
            reserved--;
        }
    }

    /** Time without a broker is no time without requests. */
    synchronized void connected(boolean now) {
        connected = now;
        quietSince = System.nanoTime();
    }

    synchronized int ended() {
        return ended;
    }

    synchronized boolean busy() {
        return working > 0;
    }

    /** {@return for how long there has been a broker and nothing to do} */
    synchronized Duration quiet() {
        return busy() || !connected ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - quietSince);
    }
}
