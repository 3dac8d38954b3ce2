package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RepliesTest extends WithBroker {
    @Test
    void sendsACopyToATemporaryQueue() throws Exception {
        worker(1, WithBroker::succeed);
        TemporaryQueue reply = client.temporaryQueue();
        client.sendText("r1", reply);

        TextMessage copy = (TextMessage) client.next(reply);
        TextMessage event = (TextMessage) client.next(TestBroker.EVENTS);
        assertThat(copy.getText()).isEqualTo(event.getText());
        assertThat(copy.getJMSCorrelationID()).isEqualTo("r1");
        assertThat(copy.getStringProperty("fastpull_status")).isEqualTo("succeeded");
    }

    @Test
    void endsTheRequestOfARequesterWhoHasLeft() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        worker(1, received -> {
            left.await();
            return succeed(received);
        });
        try (TestBroker requester = new TestBroker(broker.url())) {
            requester.sendText("r1", requester.temporaryQueue());
            await().until(() -> !begun.isEmpty());
        }
        left.countDown();

        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        await().untilAsserted(() -> assertThat(metrics.repliesFailed).hasValue(1));
        assertThat(begun).containsExactly("r1");
        assertThat(client.count(TestBroker.REQUESTS)).isZero();
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        // The slot has not lost its connection over it, and others still get their replies.
        TemporaryQueue reply = client.temporaryQueue();
        client.sendText("r2", reply);
        assertThat(client.next(reply)).isNotNull();
        assertThat(metrics.connections).containsExactly(true);
    }

    @Test
    void repliesToNoQueueThatIsNotAllowed() throws Exception {
        worker(1, WithBroker::succeed);
        client.sendText("r1", client.session.createQueue(TestBroker.REQUESTS));
        client.sendText("r2", client.session.createQueue("somebody.elses"));
        Queue allowed = client.session.createQueue("reply.mine");
        client.sendText("r3", allowed);

        assertThat(client.next(allowed).getJMSCorrelationID()).isEqualTo("r3");
        assertThat(metrics.repliesFailed).hasValue(2);
        assertThat(client.count("somebody.elses")).isZero();
        assertThat(begun).containsExactly("r1", "r2", "r3");
    }
}
