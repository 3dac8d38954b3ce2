package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.BuildReport.TimedPhase;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failed;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.image.SolveListener.StepState;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.Attempt;
import dev.fastpull.worker.job.BuildOrder;
import dev.fastpull.worker.job.BuildSource;
import dev.fastpull.worker.job.JobListener;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.registry.RegistryConfig;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build does about a second solve that did not build what the first one had built. */
class DivergingPairIT {
    @TempDir
    static Path folder;

    private static Toolchain toolchain;
    private static LocalRegistry registry;
    private static BuildService service;

    @BeforeAll
    static void start() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        service = BuildService.start(new BuildService.Settings(toolchain, folder.resolve("worker"),
                RegistryConfig.defaults(), ContextConfig.defaults(), 1L << 30, "tested",
                TimeLimits.usual(Duration.ofMinutes(2))),
                Map.of());
    }

    @AfterAll
    static void end() {
        service.close();
        registry.close();
    }

    @Test
    void aBaseThatMovesBetweenTheSolvesIsTheFirstOneInBoth() throws Exception {
        String base = registry.host() + "/base";
        base("old");
        base("new");
        RealTools.run(toolchain.path("crane"), "tag", base + ":old", "latest");
        Path context = Files.createDirectory(folder.resolve("moving"));
        Files.writeString(context.resolve("Dockerfile"), "FROM " + base + ":latest\nCOPY Dockerfile /own\n");

        CompletionEvent event = build("moving", context, EnumSet.allOf(Format.class), beforeNydus(
                () -> RealTools.run(toolchain.path("crane"), "tag", base + ":new", "latest")));

        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(event.report().phases()).extracting(TimedPhase::name)
                .containsExactly(Phase.BUILD_OCI, Phase.BUILD_NYDUS, Phase.VERIFY, Phase.BUILD_NYDUS,
                        Phase.VERIFY, Phase.PUBLISH);
        Path files = folder.resolve("moving.tar");
        RealTools.run(toolchain.path("crane"), "export", registry.host() + "/moving:v1", files.toString());
        assertThat(RealTools.run("tar", "-xOf", files.toString(), "which")).isEqualTo("old");
    }

    @Test
    void aStepThatRanTwiceMakesNoPair() throws Exception {
        CompletionEvent event = build("twice", RealTools.repository().resolve("examples/hello"),
                EnumSet.allOf(Format.class),
                beforeNydus(() -> RealTools.run(toolchain.path("buildctl"), "--addr",
                        "unix://" + folder.resolve("worker/buildkit/buildkitd.sock"), "prune", "--all")));

        assertThat(event).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.failure().reason()).isEqualTo(FailureReason.PAIR_DIVERGED));
        assertThatThrownBy(() -> RealTools.run(toolchain.path("crane"), "digest", registry.host() + "/twice:v1"))
                .hasMessageContaining("404");
    }

    private static void base(String tag) throws Exception {
        Path context = Files.createDirectory(folder.resolve("base-" + tag));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY which /which\n");
        Files.writeString(context.resolve("which"), tag);
        CompletionEvent event = build("base", context, EnumSet.of(Format.OCI), beforeNydus(() -> {}));
        RealTools.run(toolchain.path("crane"), "tag",
                registry.host() + "/base@" + event.report().images().getFirst().digest(), tag);
    }

    private static CompletionEvent build(String repository, Path context, Set<Format> formats, JobListener listener)
            throws InterruptedException {
        BuildRequest request = BuildRequest
                .builder(UUID.randomUUID().toString(), registry.host() + "/" + repository + ":v1")
                .context(context.toUri().toString())
                .formats(formats)
                .build();
        return service.runner().run(
                new BuildOrder(request, new BuildSource.Folder(context), Map.of()),
                new Attempt(EventId.of(request), "urn:test", 1, null), listener);
    }

    /** Something that happens in the world. */
    @FunctionalInterface
    private interface Deed {
        void happen() throws IOException, InterruptedException;
    }

    private static JobListener beforeNydus(Deed deed) {
        var begun = new AtomicInteger();
        return new JobListener() {
            @Override
            public void phaseBegan(Phase phase) {
                if (phase == Phase.BUILD_NYDUS && begun.getAndIncrement() == 0) {
                    try {
                        deed.happen();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }

            @Override
            public void phaseEnded(Phase phase, double seconds) {}

            @Override
            public void step(Phase phase, String step, String name, StepState state) {}

            @Override
            public void log(Phase phase, String step, String name, String line) {}
        };
    }
}
