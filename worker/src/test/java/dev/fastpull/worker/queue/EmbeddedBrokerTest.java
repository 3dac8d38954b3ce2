package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import jakarta.jms.MessageProducer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest extends WithBroker {
    @Test
    void keepsRequestsAndEventsOverARestart() throws Exception {
        client.sendText("r1");
        restartBroker();
        RequestQueue worker = worker(1, WithBroker::succeed);
        await().until(() -> !metrics.ended.isEmpty());
        worker.close();
        restartBroker();

        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        assertThat(client.count(TestBroker.REQUESTS)).isZero();
    }

    @Test
    void letsNoRequestExpire() throws Exception {
        try (MessageProducer producer = client.session
                .createProducer(client.session.createQueue(TestBroker.REQUESTS))) {
            producer.setTimeToLive(1);
            producer.send(client.session.createTextMessage("r1"));
        }

        assertThat(client.next(TestBroker.REQUESTS).getJMSExpiration()).isZero();
    }

    @Test
    void listensOnThisMachineOnly() {
        assertThat(broker.url().getHost()).isEqualTo("127.0.0.1");
        assertThat(broker.url().getPort()).isPositive();
    }

    @Test
    void saysThatTheFolderIsInUse() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> EmbeddedBroker.start(folder, 0).close())
                .withMessageContaining(folder.toString()).withMessageContaining("lock");
    }

    @Test
    void saysThatThePortIsTaken(@TempDir Path other) {
        int port = broker.url().getPort();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> EmbeddedBroker.start(other, port).close())
                .withMessageContaining("on port " + port);
    }
}
