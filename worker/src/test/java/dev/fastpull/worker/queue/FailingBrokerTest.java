package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.worker.event.TestEvents;
import dev.fastpull.worker.metrics.RecordingMetrics;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.command.Message;
import org.apache.activemq.command.TransactionId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that fails just when the worker ends a request. */
class FailingBrokerTest {
    private final AtomicInteger failingSends = new AtomicInteger();
    private final AtomicInteger failingCommits = new AtomicInteger();
    private final AtomicInteger commitsWithoutAnswer = new AtomicInteger();
    private final List<Integer> attempts = new CopyOnWriteArrayList<>();
    private final RecordingMetrics metrics = new RecordingMetrics();
    private final BrokerService service = new BrokerService();
    private TestBroker client;
    private RequestQueue worker;

    @BeforeEach
    void start() throws Exception {
        service.setPersistent(false);
        service.setUseJmx(false);
        service.setUseShutdownHook(false);
        service.setPlugins(new BrokerPlugin[]{Failing::new});
        TransportConnector connector = service.addConnector("tcp://127.0.0.1:0");
        service.start();
        URI url = URI.create("tcp://127.0.0.1:" + connector.getServer().getSocketAddress().getPort());
        client = new TestBroker(url);
        worker = new RequestQueue(TestBroker.config(url, 1, "reply."), new BrokerConnector(null), received -> {
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

    @Test
    void buildsAgainWhenTheEventCannotBeSent() throws Exception {
        failingSends.set(2);
        answersWithOneEventIn(3);
    }

    @Test
    void buildsAgainWhenNothingWasCommitted() throws Exception {
        failingCommits.set(2);
        answersWithOneEventIn(3);
    }

    @Test
    void sendsNoSecondEventWhenOnlyTheAnswerToTheCommitWasLost() throws Exception {
        commitsWithoutAnswer.set(1);
        answersWithOneEventIn(1);
    }

    @Test
    void aReplyQueueThatMayNotBeWrittenCostsNothingButTheReply() throws Exception {
        client.sendText("r1", client.session.createQueue("reply.forbidden"));
        worker.start();

        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        await().untilAsserted(() -> assertThat(metrics.repliesFailed).hasValue(1));
        client.sendText("r2");
        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r2");
        assertThat(attempts).containsExactly(1, 1);
        assertThat(metrics.connections).containsExactly(true);
    }

    private void answersWithOneEventIn(int expected) throws Exception {
        client.sendText("r1");
        worker.start();

        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        client.sendText("r2");
        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r2");
        await().untilAsserted(() -> assertThat(client.count(TestBroker.REQUESTS)).isZero());
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        assertThat(attempts).hasSize(expected + 1);
        assertThat(metrics.connections).contains(false);
    }

    private final class Failing extends BrokerFilter {
        Failing(Broker next) {
            super(next);
        }

        @Override
        public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
            if (message.getDestination().getPhysicalName().equals("reply.forbidden")) {
                throw new SecurityException("for the test: not authorized to write");
            }
            if (message.getDestination().getPhysicalName().equals(TestBroker.EVENTS)
                    && failingSends.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("for the test: no room");
            }
            super.send(exchange, message);
        }

        @Override
        public void commitTransaction(ConnectionContext context, TransactionId xid, boolean onePhase)
                throws Exception {
            if (failingCommits.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("for the test: not committed");
            }
            super.commitTransaction(context, xid, onePhase);
            if (commitsWithoutAnswer.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("for the test: committed, but who knows");
            }
        }
    }
}
