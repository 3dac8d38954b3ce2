package dev.fastpull.worker.context;

import java.time.Duration;

/** Waits before another try; a fake one makes tests quick. */
@FunctionalInterface
public interface Pause {
    /**
     * Waits.
     *
     * @param duration how long
     * @throws InterruptedException if the build is stopped meanwhile
     */
    void pause(Duration duration) throws InterruptedException;

    /** {@return a pause that really waits} */
    static Pause real() {
        return Thread::sleep;
    }
}
