package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.Processes;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.StandbyPair;
import dev.fastpull.worker.testing.WorkerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker dies in the middle of a build, and another takes its place. */
class StandbyIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aStandbyTakesOverInTheMiddleOfABuild() throws Exception {
        var toolchain = RealTools.toolchain();
        String name = "standby-" + UUID.randomUUID().toString().substring(0, 8);
        try (var registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
                var brokers = StandbyPair.start(folder.resolve("brokers"));
                var worker = WorkerProcess.start(toolchain, brokers.master(), folder.resolve("worker"), "--broker",
                        brokers.standby().toString(), "--context-folder", folder.toString()).awaitReady()) {
            new Observer(brokers.master()).send(request(name, registry.host()));
            await().atMost(SOON).untilAsserted(() -> assertThat(Processes.running("print " + name)).isNotEmpty());

            brokers.killMaster();

            Observer observer = new Observer(brokers.standby());
            CompletionEvent event = observer.next();
            assertThat(event).isInstanceOf(Succeeded.class);
            Crane crane = Crane.of(toolchain, registry, folder.resolve("crane"));
            assertThat(event.report().images()).hasSize(2).allSatisfy(image -> assertThat(
                    crane.digest(image.reference())).isEqualTo(image.digest().toString()));
            worker.process().terminate();
            assertThat(worker.process().exitCode()).isZero();
            assertThat(observer.left()).isEmpty();
        }
    }

    private BuildRequest request(String name, String registry) throws Exception {
        Path context = Files.write(folder.resolve("context.tar"), RunningWorker.withAct().end());
        return BuildRequest.builder(name, registry + "/" + name + ":v1")
                .context(context.toUri().toString())
                .dockerfileInline("FROM scratch\nCOPY act /act\nRUN [\"/act\", \"print\", \"" + name
                        + "\", \"sleep\", \"5\", \"time\", \"/built\"]\n")
                .build();
    }
}
