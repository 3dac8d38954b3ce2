package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(3));

    @Test
    void doublesUpToALimit() {
        assertThat(backoff.pause(1, 0)).hasMillis(100);
        assertThat(backoff.pause(2, 0)).hasMillis(200);
        assertThat(backoff.pause(5, 0)).hasMillis(1600);
        assertThat(backoff.pause(6, 0)).hasMillis(3000);
        assertThat(backoff.pause(Integer.MAX_VALUE, 0)).hasMillis(3000);
    }

    @Test
    void isUpToAHalfShorterByChance() {
        assertThat(backoff.pause(1, 0.5)).hasMillis(75);
        assertThat(backoff.pause(1, 1)).hasMillis(50);
    }
}
