package dev.fastpull.worker.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventDestinationTest {
    @Test
    void isAQueueUnlessItSaysTopic() {
        assertThat(EventDestination.parse("builds.done")).isEqualTo(new EventDestination("builds.done", false));
        assertThat(EventDestination.parse("queue:builds")).isEqualTo(new EventDestination("builds", false));
        assertThat(EventDestination.parse("topic:builds")).isEqualTo(new EventDestination("builds", true));
        assertThat(EventDestination.parse("topic:builds")).hasToString("topic:builds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "topic:", "a,b", "a,topic://b", "a?consumer.exclusive=true", "a.>", "a.*", "a.#",
                    "topic://a", "a::b", "a b", "a\nb"})
    void refusesWhatStandsForMoreThanOne(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EventDestination.parse(text))
                .withMessageContaining("not the name of one queue or topic");
    }

    @Test
    void takesTheNameOfATemporaryQueue() {
        assertThat(EventDestination.isPlain("ID:host-1.example-41213-1763940000000-1:1:1")).isTrue();
    }
}
