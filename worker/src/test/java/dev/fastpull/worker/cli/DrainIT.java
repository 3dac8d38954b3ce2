package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.testing.BrokerProcess;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.Processes;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.WorkerProcess;
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

/** Workers that end in good order, since they are told to or by their own rule. */
class DrainIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** The machine may be busy; what was measured is printed. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final Duration CLOSELY = Duration.ofMillis(5);

    @TempDir
    static Path folder;

    private static Toolchain toolchain;
    private static LocalRegistry registry;

    private final String name = "drain-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<WorkerProcess> workers = new ArrayList<>();
    private BrokerProcess broker;
    private Observer observer;

    @BeforeAll
    static void startRegistry() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
    }

    @AfterAll
    static void endRegistry() {
        registry.close();
    }

    @BeforeEach
    void startBroker() throws IOException {
        broker = BrokerProcess.start(folder.resolve(name).resolve("broker"));
        observer = new Observer(broker.url());
    }

    @AfterEach
    void endAll() {
        workers.forEach(WorkerProcess::close);
        broker.close();
    }

    private WorkerProcess worker(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--context-folder", folder.toString()));
        WorkerProcess worker = WorkerProcess.start(toolchain, broker.url(),
                Files.createTempDirectory(folder, "worker"), all.toArray(String[]::new));
        workers.add(worker);
        return worker;
    }

    private BuildRequest send(int seconds) throws Exception {
        Path context = Files.write(Files.createTempFile(folder, "context", ".tar"), RunningWorker.withAct().end());
        BuildRequest request = BuildRequest
                .builder(UUID.randomUUID().toString(), registry.host() + "/" + name + ":v1")
                .context(context.toUri().toString()).noCache(true)
                .dockerfileInline("FROM scratch\nCOPY act /\nRUN [\"/act\", \"print\", \"" + name
                        + "\", \"sleep\", \"" + seconds + "\"]\n")
                .build();
        observer.send(request);
        return request;
    }

    private void awaitStep() {
        await().atMost(SOON).until(() -> !Processes.running("print " + name).isEmpty());
    }

    private static void awaitLine(WorkerProcess worker, String words) {
        await(words).atMost(SOON).pollInterval(CLOSELY).until(() -> worker.process().log().contains(words));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    @Test
    void whatIsHandedBackIsWithAnotherWorkerAtOnce() throws Exception {
        WorkerProcess first = worker("--grace", "3s").awaitReady();
        BuildRequest request = send(8);
        awaitStep();
        WorkerProcess second = worker().awaitReady();

        long told = System.nanoTime();
        first.process().terminate();
        await().atMost(SOON).pollInterval(CLOSELY).until(() -> isEnding(first));
        Duration notReady = since(told);
        awaitLine(first, "go back to the queue");
        long handedBack = System.nanoTime();
        awaitLine(second, "of the request for");
        Duration begun = since(handedBack);

        System.out.println("not ready after " + notReady.toMillis() + " ms; handed back, and begun elsewhere after "
                + begun.toMillis() + " ms");
        assertThat(notReady).isLessThan(AT_ONCE);
        assertThat(begun).isLessThan(AT_ONCE);
        assertThat(first.process().exitCode()).isZero();
        CompletionEvent event = observer.next();
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(event.report().requestId()).isEqualTo(request.requestId());
        assertThat(observer.left()).isEmpty();
    }

    private static boolean isEnding(WorkerProcess worker) throws InterruptedException {
        try {
            return worker.get("/readyz", 503).contains("the worker is ending");
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void aWorkerForSoManyRequestsTakesNoMore() throws Exception {
        for (int i = 0; i < 4; i++) {
            send(1);
        }
        WorkerProcess worker = worker("--slots", "3", "--exit-after-builds", "2");

        assertThat(worker.process().exitCode()).isZero();

        assertThat(worker.process().log()).contains("the worker ends, since 2 of 2 requests have ended");
        assertThat(List.of(observer.next(), observer.next())).allSatisfy(event -> {
            assertThat(event).isInstanceOf(Succeeded.class);
            assertThat(event.report().attempt()).isEqualTo(1);
        });
        assertThat(observer.left()).hasSize(2).allMatch(left -> left.startsWith("fastpull.build.requests"));
    }

    @Test
    void aWorkerWithNothingToDoEnds() throws Exception {
        send(5);
        WorkerProcess worker = worker("--exit-after-idle", "2s");

        assertThat(observer.next()).isInstanceOf(Succeeded.class);

        assertThat(worker.process().exitCode()).isZero();
        assertThat(worker.process().log()).contains("the worker ends, since no request has come for 2 s");
        assertThat(observer.left()).isEmpty();
    }
}
