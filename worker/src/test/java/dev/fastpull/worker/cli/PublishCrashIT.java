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
import jakarta.jms.JMSException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A worker that dies or falls asleep while it moves the tags, right as it sends one of them: the registry takes that, and
 * nobody hears of it. The next worker moves the tags to the very same images, and does not build again.
 */
class PublishCrashIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of(".");
    private final String name = "publish-" + UUID.randomUUID().toString().substring(0, 8);
    private final AtomicReference<@Nullable Runnable> whenItPublishes = new AtomicReference<>();
    private final List<WorkerProcess> workers = new ArrayList<>();
    private Toolchain toolchain;
    private LocalRegistry registry;
    private BrokerProcess broker;
    private Observer observer;
    private Crane crane;

    @BeforeEach
    void start() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        broker = BrokerProcess.start(folder.resolve("broker"));
        observer = new Observer(broker.url());
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
        try (var proxy = proxy(tag)) {
            WorkerProcess first = worker();
            whenItPublishes.set(first.process()::kill);
            observer.send(request(proxy.host()));
            await().atMost(SOON).until(() -> !first.process().handle().isAlive());
            await().atMost(SOON).until(() -> crane.tags(registry.host() + "/" + name).containsKey(tag));

            worker();

            assertFinishedFor(first, observer.next());
            assertNothingElse();
        }
    }

    @Test
    void aWorkerThatWakesUpTooLateChangesNothing() throws Exception {
        try (var proxy = proxy("v1-fastpull")) {
            WorkerProcess first = worker();
            whenItPublishes.set(first.process()::stop);
            observer.send(request(proxy.host()));
            await().atMost(SOON).until(() -> whenItPublishes.get() == null);

            WorkerProcess second = worker();
            CompletionEvent event = observer.next();
            first.process().goOn();

            await().atMost(SOON).until(() -> first.process().log().contains("No event is sent for this delivery"));
            for (WorkerProcess worker : List.of(first, second)) {
                worker.process().terminate();
                assertThat(worker.process().exitCode()).isZero();
            }
            assertFinishedFor(first, event);
            assertNothingElse();
        }
    }

    /** {@return the registry, but when this tag is put the worker that does it is struck first} */
    private RegistryProxy proxy(String tag) throws IOException {
        String put = "PUT /v2/" + name + "/manifests/" + tag + " ";
        return RegistryProxy.start(registry, piece -> {
            Runnable strike = piece.startsWith(put) ? whenItPublishes.getAndSet(null) : null;
            if (strike != null) {
                strike.run();
            }
            return false;
        });
    }

    private void assertFinishedFor(WorkerProcess builder, CompletionEvent event) {
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(event.report().images()).hasSize(2).allSatisfy(this::assertPublished);
        assertThat(event.report().worker()).endsWith("-" + builder.process().handle().pid());
        assertThat(event.report().phases()).filteredOn(phase -> phase.name().label().equals("build-oci")).hasSize(1);
    }

    private void assertNothingElse() throws JMSException {
        assertThat(observer.left()).isEmpty();
        assertThat(observer.left(Destinations.NOTES)).isEmpty();
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
