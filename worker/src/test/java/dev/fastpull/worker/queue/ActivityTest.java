package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A worker that takes so many requests and no more, and knows since when it has had none. */
class ActivityTest extends WithBroker {
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger handedBack = new AtomicInteger();

    private RequestQueue start(int slots, int most) {
        var worker = new RequestQueue(TestBroker.config(broker.url(), slots), new BrokerConnector(null), received -> {
            begun.add(TestBroker.text(received.body()));
            if (begun.size() == 1) {
                handedBack.incrementAndGet();
                return new Answer.HandBack();
            }
            goOn.await();
            return succeed(received);
        }, metrics, Clock.systemUTC(), _ -> {}, _ -> Optional.empty(), Admission.ALWAYS, most);
        worker.start();
        return worker;
    }

    @Test
    void allSlotsTogetherTakeNoMoreThanTheyMay() throws Exception {
        for (int i = 0; i < 6; i++) {
            client.sendText("r" + i);
        }
        try (RequestQueue worker = start(4, 3)) {
            // One was handed back, which is no end, so another was taken for it.
            await().until(() -> begun.size() == 4);
            assertThat(worker.busy()).isTrue();
            assertThat(worker.quiet()).isZero();
            goOn.countDown();

            await().until(() -> worker.ended() == 3);
            // Slots that have nothing to do look every half a second.
            await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).until(() -> begun.size() == 4);
            assertThat(client.count(TestBroker.REQUESTS)).isEqualTo(3);
            assertThat(handedBack).hasValue(1);
            assertThat(worker.busy()).isFalse();
        }
    }

    @Test
    void timeWithoutABrokerIsNoTimeWithoutRequests() {
        try (RequestQueue worker = start(1, 1)) {
            await().until(() -> worker.quiet().compareTo(Duration.ofMillis(300)) > 0);
            broker.close();
            await().until(() -> worker.quiet().isZero());
            await().during(Duration.ofMillis(500)).until(() -> worker.quiet().isZero());
        }
    }
}
