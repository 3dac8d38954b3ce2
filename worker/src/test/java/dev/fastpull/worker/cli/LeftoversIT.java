package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildRequest;
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
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed in mid-build leaves files behind, and the next one in its folder removes them. */
class LeftoversIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final String name = "leaves-" + UUID.randomUUID().toString().substring(0, 8);
    private Toolchain toolchain;
    private LocalRegistry registry;
    private BrokerProcess broker;

    @BeforeEach
    void start() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        broker = BrokerProcess.start(folder.resolve("broker"));
    }

    @AfterEach
    void end() {
        broker.close();
        registry.close();
    }

    @Test
    void theNextWorkerRemovesWhatAKilledOneLeft() throws Exception {
        var observer = new Observer(broker.url());
        List<Path> left;
        List<Path> records;
        try (WorkerProcess first = worker().awaitReady()) {
            observer.send(request());
            await("the step runs").atMost(SOON)
                    .untilAsserted(() -> assertThat(Processes.running("print " + name)).isNotEmpty());
            first.process().kill();
            await().atMost(SOON).untilAsserted(() -> assertThat(Processes.running(name)).isEmpty());
            leaveMore(state());
            left = temporary(state());
            records = containers(state()).stream().map(Path.of("/run/runc")::resolve).toList();
        }
        // The build's folder, the container, and what was made here: nobody can be killed just then in a test.
        assertThat(left).hasSizeGreaterThanOrEqualTo(7);
        assertThat(records).hasSize(1).allSatisfy(record -> assertThat(record).isDirectory());

        try (WorkerProcess second = worker()) {
            assertThat(observer.next()).isInstanceOf(Succeeded.class);
            assertThat(left).allSatisfy(file -> assertThat(file).doesNotExist());
            assertThat(records).allSatisfy(record -> assertThat(record).doesNotExist());
            await().atMost(SOON).untilAsserted(() -> assertThat(temporary(state())).isEmpty());
            assertThat(second.process().log()).contains("removed what an earlier worker left in " + state()
                    + ": 1 build folders, 1 bootstraps, 1 listings")
                    .contains("removed what an earlier buildkitd left: 1 containers, 1 conversions, 1 half-written");
            second.process().terminate();
            assertThat(second.process().exitCode()).isZero();
        }
        assertThat(temporary(state())).isEmpty();
    }

    private WorkerProcess worker() throws IOException {
        return WorkerProcess.start(toolchain, broker.url(), folder.resolve(name), "--context-folder",
                folder.toString());
    }

    private Path state() {
        return folder.resolve(name).resolve("worker/1");
    }

    private BuildRequest request() throws IOException {
        Path context = Files.write(Files.createTempFile(folder, "context", ".tar"), RunningWorker.withAct().end());
        return BuildRequest.builder(UUID.randomUUID().toString(), registry.host() + "/" + name + ":v1")
                .context(context.toUri().toString())
                .dockerfileInline("FROM scratch\nCOPY act /act\nRUN [\"/act\", \"print\", \"" + name
                        + "\", \"sleep\", \"5\", \"time\", \"/built\"]\n")
                .build();
    }

    private static void leaveMore(Path state) throws IOException {
        for (String file : List.of("verify/bootstrap-1.boot", "listings/abc.partial", "buildkit/probe-1/lower/x",
                "buildkit/nydus/nydus-converter-1/blob", "buildkit/runc-overlayfs/content/ingest/1/data")) {
            Files.createDirectories(state.resolve(file).getParent());
            Files.writeString(state.resolve(file), "left");
        }
    }

    /** {@return all in the folder that no worker has between its builds} */
    private static List<Path> temporary(Path state) throws IOException {
        try (Stream<Path> all = Files.walk(state.resolve(""), 5)) {
            return all.filter(path -> state.relativize(path).toString()
                    .matches("work/.+|verify/.+|listings/.+[.]partial"
                            + "|buildkit/probe-.+|buildkit/nydus/.+|buildkit/runc-overlayfs/content/ingest/.+"
                            + "|buildkit/runc-overlayfs/executor/(?!runc-log.json|resolv.conf|hosts$).+"))
                    .toList();
        }
    }

    private static List<String> containers(Path state) throws IOException {
        try (Stream<Path> executor = Files.list(state.resolve("buildkit/runc-overlayfs/executor"))) {
            return executor.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
        }
    }
}
