package dev.fastpull.worker.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.event.TestEvents;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestQueueTest extends WithBroker {
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void answersTextAndBytesWithOnePersistentEventEach() throws Exception {
        worker(1, WithBroker::succeed);
        client.sendText("r1 ä");
        client.sendBytes("r2 ä".getBytes(UTF_8));

        TextMessage first = (TextMessage) client.next(TestBroker.EVENTS);
        Message second = client.next(TestBroker.EVENTS);

        assertThat(MessageCodec.decodeEvent(first.getText())).isEqualTo(TestEvents.succeeded("r1 ä"));
        assertThat(first.getJMSCorrelationID()).isEqualTo("r1 ä");
        assertThat(first.getStringProperty("fastpull_status")).isEqualTo("succeeded");
        assertThat(first.getJMSDeliveryMode()).isEqualTo(jakarta.jms.DeliveryMode.PERSISTENT);
        assertThat(second.getJMSCorrelationID()).isEqualTo("r2 ä");
        assertThat(client.count(TestBroker.REQUESTS)).isZero();
        await().untilAsserted(() -> assertThat(metrics.ended).hasSize(2));
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        assertThat(metrics.running).hasValue(0);
    }

    @Test
    void letsConsumersSelectEvents() throws Exception {
        worker(1, WithBroker::succeed);
        client.sendText("r1");
        try (MessageConsumer other = client.session.createConsumer(client.session.createQueue(TestBroker.EVENTS),
                "fastpull_status = 'failed' OR cloudEvents_type = 'x'");
                MessageConsumer consumer = client.session.createConsumer(client.session.createQueue(TestBroker.EVENTS),
                        "fastpull_repository = 'localhost:5000/team/app' AND cloudEvents_id = 'id-of-r1'")) {
            assertThat(consumer.receive(10_000)).isNotNull();
            assertThat(other.receiveNoWait()).isNull();
        }
    }

    @Test
    void tellsTheHandlerWhatIsKnown() throws Exception {
        BlockingQueue<Received> seen = new LinkedBlockingQueue<>();
        worker(1, received -> {
            seen.add(received);
            return succeed(received);
        });
        Instant before = Instant.now().minusMillis(1);
        client.sendText("r1");

        Received received = seen.poll(10, TimeUnit.SECONDS);
        assertThat(received.attempt()).isEqualTo(1);
        assertThat(received.exhausted(0)).isFalse();
        assertThat(received.queue()).isEqualTo(TestBroker.REQUESTS);
        assertThat(received.sentAt()).isBetween(before, Instant.now());
    }

    @Test
    void deliversAgainAfterAnUnexpectedException() throws Exception {
        worker(1, received -> {
            if (received.attempt() < 3) {
                throw new IllegalStateException("for the test");
            }
            return succeed(received);
        });
        client.sendText("r1");

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(metrics.attempts).containsExactly(1, 2, 3);
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        assertThat(client.count(TestBroker.DEAD)).isZero();
    }

    @Test
    void neverSendsAPoisonousRequestAwayWithoutAnEvent() throws Exception {
        List<Boolean> exhausted = new CopyOnWriteArrayList<>();
        worker(1, received -> {
            exhausted.add(received.exhausted(0));
            return received.attempt() < 9 ? new Answer.HandBack() : succeed(received);
        });
        client.sendText("r1");

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(metrics.attempts).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(exhausted).containsExactly(false, false, false, false, false, true, true, true, true);
        assertThat(client.count(TestBroker.DEAD)).isZero();
    }

    @Test
    void leavesToOthersWhatItCannotBeginYet() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        worker(1, received -> {
            busy.countDown();
            release.await();
            return succeed(received);
        });
        client.sendText("slow");
        assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
        client.sendText("r2");
        client.sendText("r3");
        client.sendText("r4");
        worker(1, WithBroker::succeed);

        for (String id : List.of("r2", "r3", "r4")) {
            assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo(id);
        }
        release.countDown();
        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("slow");
    }

    @Test
    void runsAsManyAtOnceAsThereAreSlots() throws Exception {
        worker(2, received -> {
            release.await();
            return succeed(received);
        });
        for (int i = 0; i < 5; i++) {
            client.sendText("r" + i);
        }

        await().untilAsserted(() -> assertThat(metrics.running).hasValue(2));
        assertThat(begun).containsExactlyInAnyOrder("r0", "r1");
        release.countDown();
        await().untilAsserted(() -> assertThat(client.count(TestBroker.EVENTS)).isEqualTo(5));
        assertThat(begun).hasSize(5);
    }

    @Test
    void finishesWhatHasBegunWhenItStops() throws Exception {
        RequestQueue worker = worker(1, received -> {
            release.await();
            return succeed(received);
        });
        client.sendText("r1");
        await().until(() -> !begun.isEmpty());
        worker.stopTaking();
        client.sendText("r2");
        release.countDown();

        assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();
        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        assertThat(begun).containsExactly("r1");
        assertThat(client.count(TestBroker.REQUESTS)).isEqualTo(1);
    }

    @Test
    void handsBackWhatDoesNotFinishInTime() throws Exception {
        RequestQueue worker = worker(1, received -> {
            release.await();
            return succeed(received);
        });
        client.sendText("r1");
        await().until(() -> !begun.isEmpty());

        assertThat(worker.stop(Duration.ofMillis(50))).isFalse();
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        worker(1, WithBroker::succeed);
        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(metrics.attempts).containsExactly(1, 2);
    }

    @Test
    void deliversAgainWhatWasLookedUpAmongTheMarks() throws Exception {
        RequestQueue first = worker(1, received -> {
            received.marks().contain("r1");
            release.await();
            return succeed(received);
        });
        client.sendText("r1");
        await().until(() -> !begun.isEmpty());
        first.stop(Duration.ZERO);
        worker(1, received -> received.marks().contain("r1") || received.attempt() < 4
                ? new Answer.HandBack()
                : succeed(received));

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(metrics.attempts).containsExactly(1, 2, 3, 4);
    }

    @Test
    void findsAMarkAmongMany() throws Exception {
        BlockingQueue<Boolean> found = new LinkedBlockingQueue<>();
        client.mark("another", 2_000);
        client.mark("r1", 1);
        worker(1, received -> {
            found.add(received.marks().contain("r1"));
            found.add(received.marks().contain("r2"));
            return succeed(received);
        });
        client.sendText("r1");

        assertThat(found.poll(10, TimeUnit.SECONDS)).isTrue();
        assertThat(found.poll(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void sendsTheEventOfABuildThatEndedInSpiteOfTheInterrupt() throws Exception {
        RequestQueue worker = worker(1, received -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                // The tags had moved already.
            }
            return succeed(received);
        });
        client.sendText("r1");
        await().until(() -> !begun.isEmpty());
        worker.stop(Duration.ZERO);

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(client.count(TestBroker.REQUESTS)).isZero();
    }

    @Test
    void leavesARequestOfARolledBackProducerAlone() throws Exception {
        worker(1, WithBroker::succeed);
        try (Session session = client.connection.createSession(true, Session.SESSION_TRANSACTED)) {
            session.createProducer(session.createQueue(TestBroker.REQUESTS)).send(session.createTextMessage("undone"));
            session.rollback();
        }
        client.sendText("r1");

        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        assertThat(begun).containsExactly("r1");
    }
}
