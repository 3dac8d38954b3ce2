package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.worker.testing.CapturedLog;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LostBrokerTest extends WithBroker {
    private final CountDownLatch never = new CountDownLatch(1);
    private final List<String> interrupted = new CopyOnWriteArrayList<>();

    @Test
    void stopsBuildingAtOnceAndBuildsAgainLater() throws Exception {
        RequestQueue worker = worker(2, received -> {
            if (begun.size() == 1) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.add(TestBroker.text(received.body()));
                    throw e;
                }
            }
            return succeed(received);
        });
        client.sendText("r1");
        await().until(() -> !begun.isEmpty());
        assertThat(worker.connected()).isTrue();

        int port = broker.url().getPort();
        broker.close();
        await().untilAsserted(() -> assertThat(interrupted).containsExactly("r1"));
        await().until(() -> !worker.connected());
        broker = EmbeddedBroker.start(folder, port);
        client = new TestBroker(broker.url());

        assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
        assertThat(begun).containsExactly("r1", "r1");
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        assertThat(client.count(TestBroker.REQUESTS)).isZero();
        assertThat(metrics.connections).containsExactly(true, false, true);
        await().untilAsserted(() -> assertThat(metrics.ended).hasSize(1));
    }

    @Test
    void discardsTheAnswerOfABuildThatDidNotStop() throws Exception {
        AtomicBoolean proven = new AtomicBoolean();
        List<String> refused = new CopyOnWriteArrayList<>();
        worker(1, received -> {
            if (begun.size() > 1) {
                return succeed(received);
            }
            received.liveness().prove();
            proven.set(true);
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.add("r1");
            }
            try {
                received.liveness().prove();
            } catch (RequestLostException e) {
                refused.add(e.getMessage());
            }
            return succeed(received);
        });
        client.sendText("r1");
        await().untilTrue(proven);
        restartBroker();

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(refused).singleElement().asString().isEqualTo("the connection that it came by is lost");
        assertThat(begun).containsExactly("r1", "r1");
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        await().untilAsserted(() -> assertThat(metrics.ended).hasSize(1));
    }

    @Test
    void waitsForABrokerThatIsNotThereYet() throws Exception {
        int port = broker.url().getPort();
        broker.close();
        RequestQueue worker = worker(1, WithBroker::succeed);
        assertThat(worker.connected()).isFalse();
        broker = EmbeddedBroker.start(folder, port);
        client = new TestBroker(broker.url());
        client.sendText("r1");

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(worker.connected()).isTrue();
    }

    @Test
    void saysOncePerChangeThatThereIsNoneAndGoesOnByItself() throws Exception {
        int port = broker.url().getPort();
        broker.close();
        var tries = new AtomicInteger();
        var connector = new BrokerConnector(null);
        try (var log = CapturedLog.start();
                var worker = new RequestQueue(config(broker.url()), (url, sendTimeout) -> {
                    tries.incrementAndGet();
                    return connector.connect(url, sendTimeout);
                }, WithBroker::succeed, metrics, Clock.systemUTC())) {
            worker.start();
            await().until(() -> tries.get() > 5);
            assertThat(worker.problems()).containsExactly("not connected to the broker");

            broker = EmbeddedBroker.start(folder, port);
            await().until(() -> worker.problems().isEmpty());
            int before = tries.get();
            broker.close();
            await().until(() -> tries.get() > before + 5);
            assertThat(worker.problems()).containsExactly("not connected to the broker");

            broker = EmbeddedBroker.start(folder, port);
            client = new TestBroker(broker.url());
            client.sendText("r1");
            assertThat(client.next(TestBroker.EVENTS).getJMSCorrelationID()).isEqualTo("r1");
            assertThat(log.text().lines().filter(line -> line.contains(" fastpull-broker ")
                    || line.contains("the broker")).map(LostBrokerTest::saying)).containsExactly("Cannot connect",
                            "Connected", "Lost", "Cannot connect", "Connected");
        }
        assertThat(metrics.connections).containsExactly(true, false, true);
    }

    private static String saying(String line) {
        return Stream.of("Cannot connect", "Connected", "Lost").filter(line::contains).findFirst().orElse(line);
    }

    @Test
    void stopsWithoutABroker() throws Exception {
        broker.close();
        RequestQueue worker = worker(1, WithBroker::succeed);
        worker.close();

        assertThat(worker.connected()).isFalse();
    }

    @Test
    void triesSeveralAddressesInTurn() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        worker(config(URI.create("tcp://127.0.0.1:" + closed), broker.url()), WithBroker::succeed);
        client.sendText("r1");

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
    }
}
