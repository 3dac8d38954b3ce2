package dev.fastpull.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.process.ProcessStarter;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The two solves on the real buildkitd, nydus-image and registry; what counts is what is in the registry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SolverIT {
    @TempDir
    static Path folder;

    private final AtomicInteger restarts = new AtomicInteger();
    private Toolchain toolchain;
    private LocalRegistry registry;
    private Buildkitd buildkitd;
    private Solver solver;

    @BeforeAll
    void startTheRealPrograms() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
        var config = new BuildkitdConfig(folder.resolve("buildkit"), 1L << 30, 0, "");
        buildkitd = Buildkitd.start(config, toolchain, ProcessStarter.system(), restarts::incrementAndGet);
        buildkitd.awaitReady(Duration.ofSeconds(30));
        solver = new Solver(buildkitd, new Buildctl(toolchain.path("buildctl"), ProcessStarter.system()));
    }

    @AfterAll
    void endThem() {
        buildkitd.close();
        registry.close();
    }

    @Test
    void oneDockerfileBecomesAnOciImageAndANydusImage() throws Exception {
        var spec = spec("pair", RealTools.repository().resolve("examples/hello"), "Dockerfile");
        SolvedImage oci = solver.solve(spec, Format.OCI, true, new TreeSet<>(), SolveListener.none());
        SolvedImage nydus = solver.solve(spec, Format.NYDUS, false, new TreeSet<>(), SolveListener.none());

        assertThat(layerTypes(spec, oci)).hasSize(3).containsOnly("application/vnd.oci.image.layer.v1.tar+gzip");
        assertThat(layerTypes(spec, nydus)).hasSize(4).startsWith("application/vnd.oci.image.layer.nydus.blob.v1",
                "application/vnd.oci.image.layer.nydus.blob.v1", "application/vnd.oci.image.layer.nydus.blob.v1");
        assertThat(config(spec, nydus).path("created")).isEqualTo(config(spec, oci).path("created"));
        assertThat(config(spec, nydus).path("history")).isEqualTo(config(spec, oci).path("history"));
        assertThat(oci.steps()).isEqualTo(3);
        assertThat(nydus.cachedSteps()).isEqualTo(3);
    }

    @Test
    void theCacheIsMeasured() throws Exception {
        var spec = spec("cached", RealTools.repository().resolve("examples/hello"), "Dockerfile");
        solver.solve(spec, Format.OCI, true, new TreeSet<>(), SolveListener.none());
        var bytes = new AtomicLong();
        var buildctl = new Buildctl(toolchain.path("buildctl"), ProcessStarter.system());
        try (var _ = CacheWatch.start(buildkitd, buildctl, bytes::set)) {
            await().untilAsserted(() -> assertThat(bytes).hasPositiveValue());
        }
    }

    @Test
    void aFailingStepTellsItsExitCodeAndWhatItPrinted() throws Exception {
        BuildException failure = failure("""
                FROM scratch
                COPY hello /bin/hello
                RUN ["/bin/hello", "/no/such/folder", "x"]
                """);
        assertThat(failure.reason()).isEqualTo(FailureReason.BUILD_STEP_FAILED);
        assertThat(failure.exitCode()).isEqualTo(1);
        assertThat(failure.step()).isEqualTo("[2/2] RUN [\"/bin/hello\", \"/no/such/folder\", \"x\"]");
        assertThat(failure.logTail()).isEqualTo("cannot write /no/such/folder");
    }

    @Test
    void everyMistakeOfTheUserHasItsReason() throws Exception {
        assertThat(failure("FORM scratch\n").reason()).isEqualTo(FailureReason.DOCKERFILE_INVALID);
        assertThat(failure("FROM scratch\nCOPY nothing /x\n").reason()).isEqualTo(FailureReason.BUILD_STEP_FAILED);
        assertThat(failure("FROM " + registry.host() + "/missing:v1\n").reason())
                .isEqualTo(FailureReason.BASE_IMAGE_NOT_FOUND);
        var spec = spec("none", folder, "Dockerfile.missing");
        assertThat(catchThrowableOfType(BuildException.class,
                () -> solver.solve(spec, Format.OCI, true, new TreeSet<>(), SolveListener.none())).reason())
                .isEqualTo(FailureReason.DOCKERFILE_NOT_FOUND);
    }

    @Test
    void buildkitdComesBackAfterItWasKilled() throws Exception {
        int before = restarts.get();
        buildkitd.daemon().orElseThrow().destroyForcibly();
        await().atMost(Duration.ofSeconds(20)).until(() -> restarts.get() > before && buildkitd.ready());
    }

    private BuildException failure(String dockerfile) throws Exception {
        Path context = Files.createTempDirectory(folder, "context");
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        Files.copy(RealTools.repository().resolve("examples/hello/bin/hello-amd64"), context.resolve("hello"),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        var spec = spec("failing", context, "Dockerfile");
        return catchThrowableOfType(BuildException.class,
                () -> solver.solve(spec, Format.OCI, true, new TreeSet<>(), SolveListener.none()));
    }

    private SolveSpec spec(String repository, Path context, String dockerfile) throws IOException {
        return new SolveSpec(new ImageReference(registry.host(), repository, "v1"), context, context, dockerfile, null,
                Map.of(), Map.of(), null, Map.of(), false, List.of(), null, Compression.GZIP,
                Files.createTempDirectory(folder, "docker"), Files.createTempDirectory(folder, "work"));
    }

    private List<String> layerTypes(SolveSpec spec, SolvedImage image) throws Exception {
        return manifest(spec, image).path("layers").findValuesAsText("mediaType");
    }

    private JsonNode config(SolveSpec spec, SolvedImage image) throws Exception {
        return new ObjectMapper().readTree(RealTools.run(toolchain.path("crane"), "blob",
                spec.image().name() + "@" + manifest(spec, image).path("config").path("digest").asText()));
    }

    private JsonNode manifest(SolveSpec spec, SolvedImage image) throws Exception {
        return new ObjectMapper().readTree(
                RealTools.run(toolchain.path("crane"), "manifest", spec.image().name() + "@" + image.digest()));
    }
}
