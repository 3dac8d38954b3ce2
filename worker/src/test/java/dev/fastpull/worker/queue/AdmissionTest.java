package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AdmissionTest extends WithBroker {
    private final AtomicBoolean open = new AtomicBoolean();

    private RequestQueue guarded(RequestHandler handler) {
        return worker(TestBroker.config(broker.url(), 1), handler, open::get);
    }

    @Test
    void aClosedWorkerLeavesRequestsToOthers() throws Exception {
        guarded(_ -> {
            throw new IllegalStateException("it is closed");
        });
        await().until(() -> metrics.connections.contains(true));
        client.sendText("r1");
        worker(1, WithBroker::succeed);
        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        assertThat(metrics.attempts).containsExactly(1);
    }

    @Test
    void aRequestWaitsUntilTheWorkerOpens() throws Exception {
        guarded(WithBroker::succeed);
        client.sendText("r1");
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(client.count(TestBroker.REQUESTS)).isEqualTo(1));
        assertThat(begun).isEmpty();

        open.set(true);
        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        assertThat(metrics.attempts).containsExactly(1);
    }

    @Test
    void whatRunsGoesOnWhenTheWorkerCloses() throws Exception {
        var release = new CountDownLatch(1);
        open.set(true);
        guarded(received -> {
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            return succeed(received);
        });
        client.sendText("r1");
        await().until(() -> !begun.isEmpty());
        open.set(false);
        client.sendText("r2");
        release.countDown();
        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        assertThat(begun).containsExactly("r1");
    }

    @Test
    void aClosedWorkerEndsWhenItIsTold() throws Exception {
        RequestQueue worker = guarded(WithBroker::succeed);
        client.sendText("r1");
        assertThat(worker.stop(Duration.ofSeconds(20))).isTrue();
        assertThat(client.count(TestBroker.REQUESTS)).isEqualTo(1);
        assertThat(metrics.attempts).isEmpty();
    }

    @Test
    void severalMustAgree() {
        Admission both = open::get;
        assertThat(both.and(Admission.ALWAYS).open()).isFalse();
        open.set(true);
        assertThat(both.and(Admission.ALWAYS).open()).isTrue();
        assertThat(both.and(() -> false).open()).isFalse();
    }
}
