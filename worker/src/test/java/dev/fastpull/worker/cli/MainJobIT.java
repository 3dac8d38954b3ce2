package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failed;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.queue.EmbeddedBroker;
import dev.fastpull.worker.registry.RegistryConfig;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests through a real broker to a worker with the real programs; what counts is what is in the registry. */
class MainJobIT {
    @TempDir
    static Path folder;

    private static Toolchain toolchain;
    private static LocalRegistry registry;
    private static EmbeddedBroker broker;
    private static BuildService service;
    private static QueueWorker worker;

    @BeforeAll
    static void startEverything() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var settings = new BuildService.Settings(toolchain, folder.resolve("worker"), RegistryConfig.defaults(),
                ContextConfig.defaults().withFolders(List.of(folder)), 1L << 30, "tested", Duration.ofMinutes(2));
        service = BuildService.start(settings, Map.of());
        worker = QueueWorker.start(QueueWorker.config(List.of(broker.url()), null, 1, 5), service, settings,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterAll
    static void endEverything() {
        worker.close();
        service.close();
        broker.close();
        registry.close();
    }

    @Test
    void aRequestEndsInAPairWhoseDigestsTheEventTells() throws Exception {
        CompletionEvent event = ask("hello", pack(RealTools.repository().resolve("examples/hello")));
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(event.report().images()).hasSize(2).allSatisfy(image -> assertThat(
                RealTools.run(toolchain.path("crane"), "digest", image.reference()).strip())
                .isEqualTo(image.digest().toString()));
        assertThat(event.report().verification()).isInstanceOfSatisfying(Verification.class, verification -> {
            assertThat(verification.result()).isEqualTo(Verification.Result.EQUAL);
            assertThat(verification.filesCompared()).isGreaterThan(5);
        });
    }

    @Test
    void aFailingStepMovesNoTag() throws Exception {
        Path context = Files.createDirectory(folder.resolve("failing"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY nothing /x\n");
        CompletionEvent event = ask("failing", pack(context));
        assertThat(event).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.failure().reason()).isEqualTo(FailureReason.BUILD_STEP_FAILED));
        assertThat(RealTools.run(toolchain.path("crane"), "catalog", registry.host())).doesNotContain("failing");
    }

    /** nydus-image 2.2.0 brings the deleted files back, and says nothing. */
    @Test
    void aDirectoryThatWasAFileInBetweenIsFoundToDiffer() throws Exception {
        Path context = Files.createDirectory(folder.resolve("dfd"));
        tar(context, "1.tar", "x/old");
        tar(context, "2.tar", "x");
        tar(context, "3.tar", "x/new");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nADD 1.tar /\nADD 2.tar /\nADD 3.tar /\n");
        CompletionEvent event = ask("dfd", pack(context));
        assertThat(event).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.failure().reason()).isEqualTo(FailureReason.NYDUS_MISMATCH));
        assertThat(event.report().images()).isEmpty();
    }

    private static CompletionEvent ask(String repository, Path archive) throws Exception {
        try (var submission = Submission.connect(broker.url(), null)) {
            BuildRequest request = BuildRequest
                    .builder(UUID.randomUUID().toString(), registry.host() + "/" + repository + ":v1")
                    .context(archive.toUri().toString())
                    .build();
            return submission.sendAndWait(request, _ -> {});
        }
    }

    private static Path pack(Path context) throws IOException, InterruptedException {
        Path archive = Files.createTempFile(folder, "context", ".tar");
        RealTools.run("tar", "-cf", archive.toString(), "-C", context.toString(), ".");
        return archive;
    }

    private static void tar(Path context, String name, String entry) throws IOException, InterruptedException {
        Path tree = Files.createTempDirectory(folder, "tree");
        Path file = tree.resolve(entry);
        Files.createDirectories(file.getParent());
        Files.writeString(file, entry);
        RealTools.run("tar", "-cf", context.resolve(name).toString(), "-C", tree.toString(), "x");
    }
}
