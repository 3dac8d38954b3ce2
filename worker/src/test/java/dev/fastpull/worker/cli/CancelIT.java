package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Canceled;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.testing.Broker;
import dev.fastpull.worker.testing.BrokerProcess;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.JavaChild;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.Processes;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** {@code fastpull cancel} against a worker in a process of its own. */
@TestInstance(Lifecycle.PER_CLASS)
class CancelIT {
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private Toolchain toolchain;
    private LocalRegistry registry;
    private Broker broker;
    private Observer observer;

    /** {@return a new broker} */
    Broker newBroker(Path files) throws IOException, InterruptedException {
        return BrokerProcess.start(files);
    }

    @BeforeAll
    void start() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        broker = newBroker(folder.resolve("broker"));
        observer = new Observer(broker.url());
    }

    @AfterAll
    void end() {
        broker.close();
        registry.close();
    }

    @Test
    void aRunningBuildStopsAtOnce() throws Exception {
        try (var worker = worker().awaitReady()) {
            BuildRequest request = request("running", 600);
            observer.send(request);
            await().atMost(SOON).untilAsserted(() -> assertThat(Processes.running("print running")).isNotEmpty());

            assertThat(cancel(request)).isEqualTo("canceling");

            await().atMost(AT_ONCE)
                    .untilAsserted(() -> assertThat(Processes.running("print running")).isEmpty());
            assertCanceled(observer.next(), request);
            assertThat(cancel(request)).isEqualTo("ended: canceled");
            observer.send(request("next", 0));
            assertThat(observer.next()).isInstanceOf(Succeeded.class);
            assertThat(Crane.of(toolchain, registry, folder.resolve("crane")).tags(registry.host() + "/running"))
                    .isEmpty();
            assertNothingLeft(worker);
        }
    }

    @Test
    void aQueuedRequestEndsWhenAWorkerMeetsIt() throws Exception {
        BuildRequest request = request("queued", 0);
        observer.send(request);
        assertThat(cancel(request)).startsWith("marked until ");
        assertThat(cancel(request)).startsWith("marked until ");
        try (var worker = worker()) {
            assertCanceled(observer.next(), request);
            assertNothingLeft(worker);
        }
    }

    private WorkerProcess worker() throws IOException {
        return WorkerProcess.start(toolchain, broker.url(), Files.createTempDirectory(folder, "worker"),
                "--context-folder", folder.toString());
    }

    private BuildRequest request(String repository, int seconds) throws IOException {
        Path context = Files.createTempFile(folder, "context", ".tar");
        Files.write(context, RunningWorker.withAct().end());
        return BuildRequest.builder(UUID.randomUUID().toString(), registry.host() + "/" + repository + ":v1")
                .context(context.toUri().toString())
                .dockerfileInline("FROM scratch\nCOPY act /act\nRUN [\"/act\", \"print\", \"" + repository
                        + "\", \"sleep\", \"" + seconds + "\"]\n")
                .build();
    }

    private String cancel(BuildRequest request) throws Exception {
        Path log = Files.createTempFile(folder, "cancel", ".log");
        try (var child = JavaChild.start("dev.fastpull.worker.cli.Main", Map.of(), log, List.of("cancel", "--broker",
                broker.url().toString(), request.requestId()))) {
            assertThat(child.exitCode()).as(child.log()).isZero();
            return child.log().lines().reduce((_, last) -> last).orElse("");
        }
    }

    private static void assertCanceled(CompletionEvent event, BuildRequest request) {
        assertThat(event).isInstanceOf(Canceled.class);
        assertThat(event.report().requestId()).isEqualTo(request.requestId());
    }

    private void assertNothingLeft(WorkerProcess worker) throws Exception {
        worker.process().terminate();
        assertThat(worker.process().exitCode()).isZero();
        assertThat(observer.left(Destinations.CANCELS)).isEmpty();
        assertThat(observer.left()).isEmpty();
    }
}
