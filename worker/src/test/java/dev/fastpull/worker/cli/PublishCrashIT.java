package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.testing.BrokerProcess;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.RegistryProxy;
import dev.fastpull.worker.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that dies while it moves the tags, right as it sends one of them: the registry takes that, and nobody hears of
 * it. The next worker moves the tags to the very same images, and does not build again.
 */
class PublishCrashIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of(".");
    private final String name = "publish-" + UUID.randomUUID().toString().substring(0, 8);
    private final AtomicReference<@Nullable WorkerProcess> victim = new AtomicReference<>();
    private final List<WorkerProcess> workers = new ArrayList<>();
    private Toolchain toolchain;
    private LocalRegistry registry;
    private BrokerProcess broker;
    private Crane crane;

    @BeforeEach
    void start() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        broker = BrokerProcess.start(folder.resolve("broker"));
        crane = Crane.of(toolchain, registry, folder.resolve("crane"));
    }

    @AfterEach
    void end() {
        workers.forEach(WorkerProcess::close);
        broker.close();
        registry.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1-fastpull", "v1"})
    void theNextWorkerFinishesWhatADeadOneBeganToPublish(String tag) throws Exception {
        String put = "PUT /v2/" + name + "/manifests/" + tag + " ";
        try (var proxy = RegistryProxy.start(registry, piece -> piece.startsWith(put) && killsItsWorker())) {
            var observer = new Observer(broker.url());
            WorkerProcess first = worker();
            victim.set(first);
            observer.send(request(proxy.host()));
            await().atMost(SOON).until(() -> !first.process().handle().isAlive());
            await().atMost(SOON).until(() -> crane.tags(registry.host() + "/" + name).containsKey(tag));

            worker();

            CompletionEvent event = observer.next();
            assertThat(event).isInstanceOf(Succeeded.class);
            assertThat(event.report().images()).hasSize(2).allSatisfy(this::assertPublished);
            assertThat(event.report().worker()).endsWith("-" + first.process().handle().pid());
            assertThat(event.report().phases()).filteredOn(phase -> phase.name().label().equals("build-oci"))
                    .hasSize(1);
            assertThat(observer.left()).isEmpty();
            assertThat(observer.left(Destinations.NOTES)).isEmpty();
        }
    }

    /** {@return false: the registry is to take what the worker has sent} */
    private boolean killsItsWorker() {
        WorkerProcess worker = victim.getAndSet(null);
        if (worker != null) {
            worker.process().kill();
        }
        return false;
    }

    private void assertPublished(BuiltImage image) throws IOException, InterruptedException {
        String tag = image.reference().substring(image.reference().lastIndexOf(':'));
        assertThat(crane.digest(registry.host() + "/" + name + tag)).isEqualTo(image.digest().toString());
    }

    private WorkerProcess worker() throws IOException {
        var worker = WorkerProcess.start(toolchain, broker.url(), folder.resolve("worker-" + workers.size()),
                "--context-folder", folder.toString());
        workers.add(worker);
        return worker;
    }

    private BuildRequest request(String host) throws IOException {
        Path context = Files.write(folder.resolve("context.tar"), RunningWorker.withAct().end());
        return BuildRequest.builder(UUID.randomUUID().toString(), host + "/" + name + ":v1")
                .context(context.toUri().toString())
                .dockerfileInline("FROM scratch\nCOPY act /act\nRUN [\"/act\", \"time\", \"/built\"]\n")
                .build();
    }
}
