package dev.fastpull.worker.queue;

import dev.fastpull.worker.event.TestEvents;
import dev.fastpull.worker.metrics.RecordingMetrics;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real broker on a port and a folder of its own, a client, and the workers that a test starts. */
abstract class WithBroker {
    @TempDir
    Path folder;

    final RecordingMetrics metrics = new RecordingMetrics();
    /** The bodies that handlers were given, as they began. */
    final List<String> begun = new CopyOnWriteArrayList<>();
    private final List<RequestQueue> workers = new ArrayList<>();
    EmbeddedBroker broker;
    TestBroker client;

    @BeforeEach
    void startBroker() throws IOException, JMSException {
        broker = EmbeddedBroker.start(folder, 0);
        client = new TestBroker(broker.url());
    }

    @AfterEach
    void stopAll() throws JMSException {
        workers.forEach(RequestQueue::close);
        client.close();
        broker.close();
    }

    /** Stops the broker and starts it on the same port with the same folder; the client connects anew. */
    void restartBroker() throws IOException, JMSException {
        int port = broker.url().getPort();
        broker.close();
        broker = EmbeddedBroker.start(folder, port);
        client = new TestBroker(broker.url());
    }

    RequestQueue worker(int slots, RequestHandler handler) {
        return worker(TestBroker.config(broker.url(), slots, "reply."), handler);
    }

    RequestQueue worker(BrokerConfig config, RequestHandler handler) {
        return worker(config, handler, Admission.ALWAYS);
    }

    RequestQueue worker(BrokerConfig config, RequestHandler handler, Admission admission) {
        RequestQueue worker = new RequestQueue(config, new ClassicConnector(config.credentials()), received -> {
            begun.add(TestBroker.text(received.body()));
            return handler.handle(received);
        }, metrics, Clock.systemUTC(), _ -> {}, _ -> Optional.empty(), admission, null);
        workers.add(worker);
        worker.start();
        return worker;
    }

    BrokerConfig config(URI... urls) {
        BrokerConfig one = TestBroker.config(urls[0], 1);
        return new BrokerConfig(List.of(urls), null, one.requestQueue(), one.events(), one.invalidQueue(),
                one.progressTopic(), one.replyPrefixes(), one.slots(), one.maxAttempts(), one.backoff());
    }

    /** Succeeds at once; a request's body is its id. */
    static Answer succeed(Received received) {
        return new Answer.Completed(TestEvents.succeeded(TestBroker.text(received.body())));
    }
}
