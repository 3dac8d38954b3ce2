package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.worker.event.TestEvents;
import dev.fastpull.worker.metrics.RecordingMetrics;
import dev.fastpull.worker.testing.CapturedLog;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose store is full, since nobody reads the events: one that makes senders wait, and one that refuses. */
class BlockedBrokerTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int STORE_BYTES = 1 << 20;

    @TempDir
    Path folder;

    private final RecordingMetrics metrics = new RecordingMetrics();
    private final List<Integer> attempts = new CopyOnWriteArrayList<>();
    private final BrokerService service = new BrokerService();
    private URI url;
    private TestBroker client;
    private RequestQueue worker;

    @BeforeEach
    void start() throws Exception {
        var store = new KahaDBPersistenceAdapter();
        store.setDirectory(folder.toFile());
        // Only whole files of the journal are given back.
        store.setJournalMaxFileLength(64 << 10);
        store.setCleanupInterval(200);
        service.setPersistenceAdapter(store);
        service.setUseJmx(false);
        service.setUseShutdownHook(false);
        service.setSchedulerSupport(false);
        service.getSystemUsage().getStoreUsage().setLimit(STORE_BYTES);
        TransportConnector connector = service.addConnector("tcp://127.0.0.1:0");
        service.start();
        url = URI.create("tcp://127.0.0.1:" + connector.getServer().getSocketAddress().getPort());
        client = new TestBroker(url);
        worker = new RequestQueue(TestBroker.config(url, 1), new BrokerConnector(null), received -> {
            attempts.add(received.attempt());
            return new Answer.Completed(TestEvents.succeeded(TestBroker.text(received.body())));
        }, metrics, Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        worker.close();
        client.close();
        service.stop();
    }

    /** Fills the events' queue until the broker takes no more. */
    private void fill() throws JMSException {
        var factory = new ActiveMQConnectionFactory(url);
        factory.setSendTimeout(1_000);
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue(TestBroker.EVENTS));
            BytesMessage filler = session.createBytesMessage();
            filler.writeBytes(new byte[8 << 10]);
            for (int sent = 0; sent < STORE_BYTES / 1024; sent++) {
                producer.send(filler);
            }
            throw new IllegalStateException("the broker is never full");
        } catch (JMSException e) {
            assertThat(Failures.inOneLine(e)).containsAnyOf("TimedOut", "Full");
        }
    }

    /** {@return the ids of the requests whose events are read, until there are no more} */
    private List<String> read() throws JMSException {
        List<String> ids = new ArrayList<>();
        try (var reader = new TestBroker(url);
                var consumer = reader.session.createConsumer(reader.session.createQueue(TestBroker.EVENTS))) {
            for (Message event = consumer.receive(3_000); event != null; event = consumer.receive(3_000)) {
                if (event.getJMSCorrelationID() != null) {
                    ids.add(event.getJMSCorrelationID());
                }
            }
        }
        return ids;
    }

    private static Stream<String> lines(CapturedLog log, String words) {
        return log.text().lines().filter(line -> line.contains(words));
    }

    private void isToldAndLosesNothing() throws Exception {
        client.sendText("r1");
        fill();
        try (var log = CapturedLog.start()) {
            worker.start();
            await().atMost(SOON).untilAsserted(() -> assertThat(worker.problems()).singleElement().asString()
                    .startsWith("the broker does not take events"));
            await().atMost(SOON).until(() -> lines(log, "has not taken an event").count() == 1);
            assertThat(metrics.sending).hasValue(1);
            assertThat(metrics.ended).isEmpty();

            assertThat(read()).containsExactly("r1");

            await().atMost(SOON).untilAsserted(() -> assertThat(worker.problems()).isEmpty());
            assertThat(metrics.sending).hasValue(0);
            client.sendText("r2");
            assertThat(read()).containsExactly("r2");
            assertThat(lines(log, "has not taken an event")).hasSize(1);
        }
        assertThat(attempts).containsExactly(1, 1);
        assertThat(metrics.connections).containsExactly(true);
        assertThat(client.count(TestBroker.REQUESTS)).isZero();
        assertThat(client.count(TestBroker.DEAD)).isZero();
    }

    @Test
    void oneThatMakesSendersWaitIsTold() throws Exception {
        isToldAndLosesNothing();
    }

    @Test
    void oneThatRefusesIsAskedAgainWithoutBuildingAgain() throws Exception {
        service.getSystemUsage().setSendFailIfNoSpace(true);
        isToldAndLosesNothing();
    }

    @Test
    void aWorkerThatEndsMeanwhileHandsTheRequestBack() throws Exception {
        client.sendText("r1");
        fill();
        worker.start();
        await().atMost(SOON).until(() -> metrics.sending.get() == 1);

        worker.stop(Duration.ZERO);

        assertThat(read()).isEmpty();
        await().atMost(SOON).untilAsserted(() -> assertThat(client.count(TestBroker.REQUESTS)).isEqualTo(1));
    }
}
