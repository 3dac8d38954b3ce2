package dev.fastpull.worker.registry;

import java.time.Duration;

/**
 * How long a registry is waited for, and how often it is tried.
 *
 * @param connect until a connection stands
 * @param idle between two bytes of an answer
 * @param call for a whole call other than the reading of a blob, whose length is not known
 * @param attempts how often a call is tried where the registry fails or cannot be reached; at least 1
 * @param firstPause before the second attempt; each further pause is four times as long
 */
public record ClientTimeouts(Duration connect, Duration idle, Duration call, int attempts, Duration firstPause) {
    /** {@return 10 s to connect, 30 s idle, 60 s a call, three attempts after 0.2 and 0.8 s} */
    public static ClientTimeouts defaults() {
        return new ClientTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), 3,
                Duration.ofMillis(200));
    }
}
