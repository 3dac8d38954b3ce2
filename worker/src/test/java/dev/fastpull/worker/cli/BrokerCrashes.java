package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.queue.BrokerConnector;
import dev.fastpull.worker.testing.Broker;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.Processes;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.WorkerProcess;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers, requesters and brokers that end in the middle of a build, each a process of its own, with whatever kind of
 * broker. Whatever ends, the request has one event, the tags are the event's, and what was killed leaves nothing running.
 */
abstract class BrokerCrashes {
    static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    @TempDir
    static Path folder;

    private static Toolchain toolchain;
    private static LocalRegistry registry;
    private static Crane crane;

    final String name = "crash-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<WorkerProcess> workers = new ArrayList<>();
    Broker broker;
    Observer observer;

    @BeforeAll
    static void startRegistry() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        crane = Crane.of(toolchain, registry, folder.resolve("crane"));
    }

    @AfterAll
    static void endRegistry() {
        registry.close();
    }

    /** {@return a new broker} */
    abstract Broker newBroker(Path files) throws IOException, InterruptedException;

    @BeforeEach
    void startBroker() throws IOException, InterruptedException {
        broker = newBroker(folder.resolve(name).resolve("broker"));
        observer = new Observer(broker.url());
    }

    @AfterEach
    void endAll() {
        workers.forEach(WorkerProcess::close);
        broker.close();
    }

    @Test
    void aRequestOfAKilledWorkerIsFinishedByAnother() throws Exception {
        WorkerProcess first = worker().awaitReady();
        observer.send(request(5));
        awaitStep();
        List<ProcessHandle> family = first.process().family();
        assertThat(family).hasSizeGreaterThan(3);

        first.process().kill();

        await().atMost(AT_ONCE).untilAsserted(() -> {
            assertThat(family).noneMatch(ProcessHandle::isAlive);
            assertThat(Processes.running(first.data().toString())).isEmpty();
            assertThat(Processes.running("print " + name)).isEmpty();
            assertThat(Processes.mounts(first.data())).isEmpty();
        });
        worker();
        assertSucceeded(observer.next(), 2);
        assertNothingElse();
    }

    @Test
    void aBuildOutlivesItsBroker() throws Exception {
        WorkerProcess worker = worker().awaitReady();
        observer.send(request(10));
        awaitStep();
        List<ProcessHandle> step = Processes.running("print " + name);

        broker.kill();
        await().atMost(SOON).until(() -> !worker.ready());
        broker.startAgain();
        worker.awaitReady();

        assertThat(step).allMatch(ProcessHandle::isAlive);
        assertSucceeded(observer.next(), 1);
        assertThat(worker.process().log()).contains("its build runs here already");
        assertNothingElse();
    }

    @Test
    void aRequesterThatLeavesCostsNothingButItsReply() throws Exception {
        WorkerProcess worker = worker().awaitReady();
        try (var connection = new BrokerConnector(null).connect(broker.url(), SOON)) {
            connection.start();
            var session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            var message = session.createTextMessage(MessageCodec.encodeRequest(request(3)));
            message.setJMSReplyTo(session.createTemporaryQueue());
            session.createProducer(session.createQueue(Destinations.REQUESTS)).send(message);
            awaitStep();
        }

        assertSucceeded(observer.next(), 1);
        await().atMost(SOON).untilAsserted(() -> assertThat(worker.get("/metrics", 200))
                .contains("fastpull_replies_failed_total 1.0"));
        assertNothingElse();
    }

    WorkerProcess worker(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--context-folder", folder.toString()));
        all.addAll(List.of(options));
        var worker = WorkerProcess.start(toolchain, broker.url(),
                folder.resolve(name).resolve("worker-" + workers.size()),
                all.toArray(String[]::new));
        workers.add(worker);
        return worker;
    }

    /** {@return a request for a build that takes so many seconds} */
    BuildRequest request(int seconds) throws IOException {
        Path context = Files.createTempFile(folder, "context", ".tar");
        Files.write(context, RunningWorker.withAct().end());
        return BuildRequest.builder(UUID.randomUUID().toString(), registry.host() + "/" + name + ":v1")
                .context(context.toUri().toString())
                .dockerfileInline("FROM scratch\nCOPY act /act\nRUN [\"/act\", \"print\", \"" + name
                        + "\", \"sleep\", \"" + seconds + "\", \"time\", \"/built\"]\n")
                .build();
    }

    void awaitStep() {
        await("the step runs").atMost(SOON)
                .untilAsserted(() -> assertThat(Processes.running("print " + name)).isNotEmpty());
    }

    void assertSucceeded(CompletionEvent event, int attempt) throws Exception {
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(event.report().attempt()).isEqualTo(attempt);
        assertPublished(event);
    }

    private static void assertPublished(CompletionEvent event) {
        assertThat(event.report().images()).hasSize(2).allSatisfy(BrokerCrashes::assertPublished);
    }

    private static void assertPublished(BuiltImage image) throws IOException, InterruptedException {
        assertThat(crane.digest(image.reference())).isEqualTo(image.digest().toString());
    }

    /** Ends all workers in order, since one that still ran could say something more, and looks at the queues. */
    void assertNothingElse() throws IOException, InterruptedException, JMSException {
        for (WorkerProcess worker : workers) {
            if (worker.process().handle().isAlive()) {
                worker.process().terminate();
                assertThat(worker.process().exitCode()).isZero();
            }
        }
        assertThat(observer.left()).isEmpty();
    }
}
