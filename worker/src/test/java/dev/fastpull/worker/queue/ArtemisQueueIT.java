package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.fastpull.worker.testing.ArtemisProcess;
import dev.fastpull.worker.testing.CapturedLog;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a request queue does, with a real Artemis, and what is special about that. */
class ArtemisQueueIT extends RequestQueueTest {
    private static final String DEAD_LETTERS = "DLQ";

    @TempDir
    static Path files;

    private static ArtemisProcess artemis;

    @BeforeAll
    static void startArtemis() throws Exception {
        artemis = ArtemisProcess.start(files);
    }

    @AfterAll
    static void stopArtemis() {
        artemis.close();
    }

    @Override
    @BeforeEach
    void startBroker() throws JMSException {
        client = new TestBroker(artemis.url());
    }

    @Override
    URI url() {
        return artemis.url();
    }

    /** The broker goes on; the next test finds its queues empty. */
    @Override
    void stopBroker() throws JMSException {
        assertThat(client.count(DEAD_LETTERS)).isZero();
        client.drain();
    }

    @Test
    void isNotConnectedWhileTheBrokerWouldPutRequestsAside() throws Exception {
        try (CapturedLog log = CapturedLog.start()) {
            BrokerConfig one = config(url());
            RequestQueue worker = worker(new BrokerConfig(one.urls(), null, "few.requests", one.events(),
                    one.invalidQueue(), one.progressTopic(), List.of(), 1, 3, one.backoff()), WithBroker::succeed);
            await().until(() -> log.text().contains("max-delivery-attempts of queue few.requests is 3"));
            assertThat(log.text()).contains("<max-delivery-attempts>-1</max-delivery-attempts>");
            assertThat(worker.connected()).isFalse();
        }
    }

    @Test
    void acceptsABrokerThatDeliversOftenEnough() throws Exception {
        var connector = new BrokerConnector(null);
        try (Connection connection = connector.connect(url(), Duration.ofSeconds(5))) {
            connection.start();
            connector.check(connection, "few.requests", 2);
            connector.check(connection, TestBroker.REQUESTS, 9);
            assertThatExceptionOfType(JMSException.class)
                    .isThrownBy(() -> connector.check(connection, TestBroker.REQUESTS, 10))
                    .withMessageContaining("is 10");
        }
    }
}
