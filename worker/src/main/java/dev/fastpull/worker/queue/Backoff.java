package dev.fastpull.worker.queue;

import java.time.Duration;

/**
 * How long to wait before another try: twice as long after each failure, up to a limit, less up to a half by chance, so
 * that many workers do not come back at the same moment.
 *
 * @param first the pause after the first failure
 * @param max the longest pause
 */
public record Backoff(Duration first, Duration max) {
    private static final int MAX_DOUBLINGS = 20;

    /** From half a second to half a minute. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    /**
     * The pause after a number of failures in a row.
     *
     * @param failures how many, from 1
     * @param chance a random number from 0 to 1
     * @return the pause
     */
    public Duration pause(int failures, double chance) {
        long doubled = first.toMillis() << Math.clamp(failures - 1L, 0, MAX_DOUBLINGS);
        return Duration.ofMillis((long) (Math.min(doubled, max.toMillis()) * (1 - chance / 2)));
    }
}
