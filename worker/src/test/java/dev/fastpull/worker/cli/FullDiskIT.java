package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.context.TarBuilder;
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
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose disk has 300 MiB, so that it is soon full. Each test leaves it able to build. */
class FullDiskIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;

    @TempDir
    static Path folder;

    private static LocalRegistry registry;
    private static BrokerProcess broker;
    private static WorkerProcess worker;
    private static Observer observer;

    @BeforeAll
    static void start() throws Exception {
        Toolchain toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        broker = BrokerProcess.start(folder.resolve("broker"));
        observer = new Observer(broker.url());
        worker = WorkerProcess.startOn("300m", toolchain, broker.url(), folder.resolve("worker"), "--min-free",
                "40MiB", "--cache-size", "200MiB", "--context-folder", folder.toString()).awaitReady();
    }

    @AfterAll
    static void end() {
        worker.close();
        broker.close();
        registry.close();
    }

    @Test
    void aStepThatFillsTheDiskIsTriedAgainAndIsNotTheUsersFault() throws Exception {
        Failure failure = fails("RUN [\"/act\", \"fill\", \"/large\", \"1000\"]");

        assertThat(failure.reason()).isEqualTo(FailureReason.DISK_FULL);
        assertThat(failure.message()).contains("The worker's disk is full (the volume of " + worker.data(),
                "[2/2] RUN", "exit code 1", "/large: No space left on device");
        assertThat(failure.exitCode()).isEqualTo(1);
        assertThat(worker.get("/metrics", 200)).containsPattern("fastpull_retries_total\\{reason=\"DISK_FULL\"} [3-9]");
        assertStillBuilds();
    }

    @Test
    void aStepThatOnlySpeaksOfAFullDiskIsTheUsers() throws Exception {
        assertThat(fails("RUN [\"/act\", \"print\", \"No space left on device\", \"exit\", \"3\"]").reason())
                .isEqualTo(FailureReason.BUILD_STEP_FAILED);
        assertThat(fails("RUN --mount=type=tmpfs,target=/small,size=1048576 [\"/act\", \"fill\", \"/small/x\", \"5\"]"))
                .satisfies(failure -> assertThat(failure.logTail()).contains("No space left on device"))
                .returns(FailureReason.BUILD_STEP_FAILED, Failure::reason);
    }

    @Test
    void anImageThatDoesNotFitIsNotTheUsersFault() throws Exception {
        // It lies there unpacked, as BuildKit's copy, as a layer, packed as a blob, and once more as Nydus' blob: the larger
        // one does not even become a layer, the smaller one, an image already, cannot be converted.
        for (int mib : new int[]{110, 60}) {
            assertThat(ended(request("COPY large /large", context(mib))).cause().orElseThrow())
                    .returns(FailureReason.DISK_FULL, Failure::reason);
        }
        await("no conversion hangs").atMost(SOON).untilAsserted(
                () -> assertThat(Processes.running(worker.data() + "/worker/1/buildkit/nydus/nydus-converter"))
                        .isEmpty());
        assertStillBuilds();
    }

    @Test
    void withLittleSpaceNoRequestIsTakenUntilThereIsMore() throws Exception {
        Path ballast = worker.ownData().resolve("ballast");
        try {
            Files.write(ballast, new byte[free() - 20 * MIB]);
            // For a second, since the receive that is under way when the worker closes may last half of one.
            await().during(Duration.ofSeconds(1)).atMost(SOON).ignoreExceptions()
                    .untilAsserted(() -> assertThat(worker.get("/readyz", 503))
                            .contains("MiB are free on the volume of " + worker.data(), "no build begins",
                                    "--min-free"));
            assertThat(worker.get("/metrics", 200)).contains("fastpull_ready 0.0",
                    "fastpull_disk_min_free_bytes{volume=\"work\"} " + 4.194304E7);
            observer.send(request("RUN [\"/act\", \"time\", \"/t\"]", context(0)));
            await().during(Duration.ofSeconds(3)).atMost(SOON)
                    .untilAsserted(() -> assertThat(observer.left()).singleElement().asString()
                            .contains("fastpull.build.requests"));
        } finally {
            Files.deleteIfExists(ballast);
        }

        CompletionEvent event = observer.next();
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(event.report().attempt()).isEqualTo(1);
        worker.awaitReady();
        assertThat(worker.process().log()).containsOnlyOnce("no requests are taken: only")
                .contains("requests are taken again");
    }

    private static int free() {
        return Math.toIntExact(worker.ownData().toFile().getUsableSpace());
    }

    private static void assertStillBuilds() throws Exception {
        CompletionEvent event = ended(request("RUN [\"/act\", \"time\", \"/t\"]", context(0)));
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(observer.left()).isEmpty();
    }

    private static Failure fails(String step) throws Exception {
        return ended(request(step, context(0))).cause().orElseThrow();
    }

    private static CompletionEvent ended(BuildRequest request) throws Exception {
        observer.send(request);
        CompletionEvent event = observer.next();
        assertThat(event.report().requestId()).isEqualTo(request.requestId());
        return event;
    }

    private static BuildRequest request(String step, Path context) {
        return BuildRequest.builder(UUID.randomUUID().toString(), registry.host() + "/full:v1")
                .context(context.toUri().toString())
                .dockerfileInline("FROM scratch\nCOPY act /act\n" + step + "\n")
                .build();
    }

    /** {@return a context with a file of so many MiB, which cannot be made smaller} */
    private static Path context(int mib) throws IOException {
        TarBuilder tar = RunningWorker.withAct();
        if (mib > 0) {
            byte[] bytes = new byte[mib * MIB];
            new Random(mib).nextBytes(bytes);
            tar.entry('0', "large", "", 0644, bytes);
        }
        return Files.write(Files.createTempFile(folder, "context", ".tar"), tar.end());
    }
}
