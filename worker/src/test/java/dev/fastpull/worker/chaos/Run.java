package dev.fastpull.worker.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What everybody in a run shares: its end, what is wrong so far, and a diary. */
final class Run {
    private final long begunAt = System.nanoTime();
    private final Instant begun = Instant.now();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> violations = new CopyOnWriteArrayList<>();

    /** Waits for so long, or until the run is over. */
    void pause(Duration length) throws InterruptedException {
        if (over.await(length.toMillis(), TimeUnit.MILLISECONDS)) {
            // Whoever waits for something else than time asks isOver().
            return;
        }
    }

    /** Ends all pauses. */
    void end() {
        over.countDown();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** {@return seconds since it began} */
    double seconds() {
        return (System.nanoTime() - begunAt) / 1e9;
    }

    /** {@return when it began} */
    Instant begun() {
        return begun;
    }

    /** Writes down what breaks a promise. */
    void violated(String sentence) {
        violations.add(sentence);
        say("VIOLATION: " + sentence);
    }

    /** {@return what broke a promise so far} */
    List<String> violations() {
        return List.copyOf(violations);
    }

    /** Tells what happens, to whoever watches. */
    void say(String words) {
        System.out.printf("%7.1f s  %s%n", seconds(), words);
        System.out.flush();
    }
}
