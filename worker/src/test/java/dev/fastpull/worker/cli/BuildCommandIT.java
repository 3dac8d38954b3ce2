package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.cli.Fastpull.Result;
import dev.fastpull.worker.testing.Act;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.Processes;
import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fastpull build} in a process of its own; what counts is what it says, its exit code, and the registry. */
class BuildCommandIT {
    @TempDir
    static Path folder;

    private static LocalRegistry registry;
    private static Crane crane;

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.start(RealTools.toolchain(), folder.resolve("registry"));
        crane = Crane.of(RealTools.toolchain(), registry, folder.resolve("crane"));
    }

    @AfterAll
    static void end() {
        registry.close();
    }

    /** {@return a folder with the program {@code act}, and with these lines as its Dockerfile} */
    private static Path context(String dockerfile) throws IOException {
        Path context = Files.createTempDirectory(folder, "context");
        Path act = Files.write(context.resolve("act"), Act.program());
        assertThat(act.toFile().setExecutable(true)).isTrue();
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        return context;
    }

    private static Result build(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "build";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Fastpull.run(folder, Map.of(), all);
    }

    private static String image(String repository) {
        return registry.host() + "/" + repository;
    }

    @Test
    void aFolderUnderTwoTagsWithNothingSaidButWhatWasBuilt() throws Exception {
        Result result = build("-q", "-t", image("folder:v1"), "-t", image("folder:latest"),
                context("FROM scratch\nCOPY act /\n").toString());
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        Map<String, String> tags = crane.tags(image("folder"));
        assertThat(tags).containsOnlyKeys("v1", "v1-fastpull", "latest", "latest-fastpull");
        assertThat(tags).containsEntry("latest", tags.get("v1")).containsEntry("latest-fastpull",
                tags.get("v1-fastpull"));
        assertThat(result.out().lines()).containsExactly(image("folder:v1@") + tags.get("v1"),
                image("folder:v1-fastpull@") + tags.get("v1-fastpull"));
    }

    @Test
    void anArchiveWithTheEventOnStandardOutputAndItsDataInAFile() throws Exception {
        Path archive = folder.resolve("context.tar.gz");
        RealTools.run("tar", "-czf", archive.toString(), "-C", context("FROM scratch\nCOPY act /\n").toString(), ".");
        Path metadata = folder.resolve("metadata.json");
        Result result = build("-o", "json", "--metadata-file", metadata.toString(), "--progress", "json", "-t",
                image("archive"), archive.toString());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out().lines()).hasSize(1);
        var event = MessageCodec.decodeEvent(result.out());
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(event.report().images()).hasSize(2).allSatisfy(image -> assertThat(
                crane.digest(image.reference())).isEqualTo(image.digest().toString()));
        var json = new ObjectMapper();
        assertThat(json.readTree(metadata.toFile())).isEqualTo(json.readTree(result.out()).path("data"));
        assertThat(result.err().lines().filter(line -> line.startsWith("{")).toList())
                .allSatisfy(line -> assertThat(MessageCodec.decodeProgress(line)).isPresent())
                .anySatisfy(line -> assertThat(line).contains("\"build-nydus\""))
                .last().asString().contains("\"type\":\"ended\"");
    }

    @Test
    void aStepThatFailsShowsWhatItPrinted() throws Exception {
        Result result = build("-t", image("failing"), context("""
                FROM scratch
                COPY act /
                RUN ["/act", "print", "before the end", "exit", "7"]
                """).toString());
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("before the end", "fastpull: BUILD_STEP_FAILED: ", "exit code 7",
                "warning: Docker config not found", "docker login " + registry.host());
        assertThat(crane.tags(image("failing"))).isEmpty();
    }

    @Test
    void aRegistryThatIsDown() throws Exception {
        Result result = build("-t", "localhost:" + BuildFailuresIT.freePort() + "/app", context("FROM scratch\n")
                .toString());
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("fastpull: REGISTRY_UNAVAILABLE: ");
    }

    @Test
    void everyMistakeAtOnce() throws Exception {
        Result result = build("-t", "UPPER", "--verify", "never", "--timeout", "soon", folder + "/nowhere");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("Build context path does not exist: " + folder + "/nowhere", "--tag UPPER: ",
                "--verify never: ", "--timeout soon: ");
    }

    @Test
    void aSecretIsThereForTheStepThatRequiresIt() throws Exception {
        Path secret = Files.writeString(folder.resolve("token"), "5ec2e7");
        String context = context("""
                FROM scratch
                COPY act /
                RUN --mount=type=secret,id=token,required=true ["/act", "print", "it is there"]
                """).toString();
        Result without = build("-t", image("secret"), "--formats", "oci", context);
        assertThat(without.exitCode()).as(without.err()).isEqualTo(1);
        Result with = build("-t", image("secret"), "--formats", "oci", "--secret", "id=token,src=" + secret, context);
        assertThat(with.exitCode()).as(with.err()).isZero();
        assertThat(crane.tags(image("secret"))).containsOnlyKeys("latest");
    }

    /** By the process alone, as a supervisor does, and by its group, as Ctrl-C does: its children get the signal too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptInMidRunLeavesNothing(boolean group) throws Exception {
        Path context = context("""
                FROM scratch
                COPY act /
                RUN ["/act", "print", "it waits", "sleep", "600"]
                """);
        try (var fastpull = Fastpull.start(folder, Map.of(), "build", "--no-cache", "--progress", "plain", "-t",
                image("interrupted"), context.toString())) {
            fastpull.awaitSaid("  it waits").signal("INT", group);
            Result result = fastpull.result();
            assertThat(result.exitCode()).as(result.err()).isEqualTo(130);
            List<String> said = result.err().lines().filter(line -> !line.startsWith("build-oci ")).toList();
            assertThat(said).last().asString()
                    .isEqualTo("fastpull: interrupted: the build was stopped, and nothing was published");
            assertThat(said).noneMatch(line -> line.contains("ERROR") || line.contains("WARN"));
        }
        assertThat(crane.tags(image("interrupted"))).isEmpty();
        assertThat(Processes.running(folder.resolve("data").toString())).isEmpty();
        assertThat(Processes.running("/act print it waits")).isEmpty();
        assertThat(Processes.mounts(folder.resolve("data"))).isEmpty();
    }
}
