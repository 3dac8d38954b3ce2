package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.event.TestEvents;
import dev.fastpull.worker.metrics.RecordingMetrics;
import jakarta.jms.DeliveryMode;
import jakarta.jms.MessageConsumer;
import jakarta.jms.TextMessage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProgressPublisherTest extends WithBroker {
    @Test
    void tellsWhoeverListens() throws Exception {
        try (ProgressPublisher progress = new ProgressPublisher(TestBroker.config(broker.url(), 1),
                new BrokerConnector(null), metrics);
                MessageConsumer listener = client.session.createConsumer(
                        client.session.createTopic("fastpull.build.progress"), "JMSCorrelationID = 'r2'")) {
            progress.publish(news("r1"));
            progress.publish(news("r2"));

            TextMessage heard = (TextMessage) listener.receive(10_000);
            assertThat(MessageCodec.decodeProgress(heard.getText())).hasValue(news("r2"));
            assertThat(heard.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        }
        assertThat(metrics.progressDropped).hasValue(0);
    }

    @Test
    void throwsAwayWhatItCannotSendAndGoesOnLater() throws Exception {
        int port = broker.url().getPort();
        BrokerConfig config = TestBroker.config(broker.url(), 1);
        broker.close();
        try (ProgressPublisher progress = new ProgressPublisher(config, new BrokerConnector(null), metrics)) {
            progress.publish(news("r1"));
            await().untilAsserted(() -> assertThat(metrics.progressDropped).hasValue(1));

            broker = EmbeddedBroker.start(folder, port);
            client = new TestBroker(broker.url());
            try (MessageConsumer listener = client.session
                    .createConsumer(client.session.createTopic("fastpull.build.progress"))) {
                await().until(() -> {
                    progress.publish(news("r1"));
                    return listener.receive(100) != null;
                });
            }
        }
    }

    @Test
    void neverHoldsUpABuild() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        RecordingMetrics dropped = new RecordingMetrics();
        Connector slow = (url, timeout) -> {
            try {
                connected.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new BrokerConnector(null).connect(url, timeout);
        };
        try (ProgressPublisher progress = new ProgressPublisher(TestBroker.config(broker.url(), 1), slow, dropped)) {
            for (int i = 0; i < 2_100; i++) {
                progress.publish(news("r1"));
            }
            assertThat(dropped.progressDropped.get()).isBetween(99, 100);
            connected.countDown();
        }
        assertThat(dropped.progressDropped.get()).isBetween(99, 100);
    }

    private static ProgressEvent news(String requestId) {
        return new ProgressEvent.Started(requestId, "worker-1", 1, TestEvents.TIME);
    }
}
