package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A network that is silent instead of broken; noticing that takes seconds. */
class FrozenBrokerIT extends WithBroker {
    private static final String SHORT = "wireFormat.maxInactivityDuration=1000&wireFormat.maxInactivityDurationInitalDelay=1000";
    private static final Duration NOTICED = Duration.ofSeconds(20);

    private final CountDownLatch never = new CountDownLatch(1);
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /** {@return options with which silence is noticed within seconds} */
    String impatient() {
        return SHORT;
    }

    @Test
    void stopsTheBuildAndBuildsAgain() throws Exception {
        try (FreezingProxy proxy = new FreezingProxy(url());
                RequestQueue _ = worker(config(proxy.url(impatient())), received -> {
                    if (begun.size() == 1) {
                        never.await();
                    }
                    return succeed(received);
                })) {
            client.sendText("r1");
            await().until(() -> !begun.isEmpty());
            proxy.freeze();

            await().atMost(NOTICED).until(() -> metrics.ended.size() == 1);
            assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
            assertThat(client.count(TestBroker.EVENTS)).isZero();
            assertThat(metrics.connections).containsExactly(true, false, true);
        }
    }

    @Test
    void doesNotProveWhatTheBrokerDoesNotAnswer() throws Exception {
        try (FreezingProxy proxy = new FreezingProxy(url());
                RequestQueue _ = worker(config(proxy.url(impatient())), received -> {
                    if (begun.size() == 1) {
                        received.liveness().prove();
                        seen.add("proven");
                        proxy.freeze();
                        try {
                            received.liveness().prove();
                            seen.add("proven falsely");
                        } finally {
                            seen.add("done");
                        }
                    }
                    return succeed(received);
                })) {
            client.sendText("r1");

            await().atMost(NOTICED).until(() -> metrics.ended.size() == 1);
            assertThat(seen).containsExactly("proven", "done");
            assertThat(begun).containsExactly("r1", "r1");
        }
    }
}
