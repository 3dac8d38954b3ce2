package dev.fastpull.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.registry.RegistryException.Kind;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The client against the real registry, with a password; crane puts there what is read and reads what is put. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryClientIT {
    @TempDir
    private static Path folder;

    private Toolchain toolchain;
    private LocalRegistry registry;
    private RegistryClient client;
    private DockerConfig docker;
    private Digest pushed;

    @BeforeAll
    void pushAnImage() throws Exception {
        toolchain = RealTools.toolchain();
        registry = LocalRegistry.startWithPassword(toolchain, folder.resolve("registry"));
        client = new RegistryClient(RegistryConfig.defaults(), ClientTimeouts.defaults(), Clock.systemUTC());
        docker = config(LocalRegistry.PASSWORD);
        Path layer = folder.resolve("layer.tar");
        RealTools.run("tar", "-cf", layer.toString(), "-C", folder.toString(), "registry/htpasswd");
        crane("append", "--oci-empty-base", "-f", layer.toString(), "-t", registry.host() + "/team/app:v1");
        pushed = Digest.of(crane("digest", registry.host() + "/team/app:v1"));
    }

    @AfterAll
    void end() {
        client.close();
        registry.close();
    }

    @Test
    void whatCraneHasPutIsRead() throws Exception {
        RegistrySession session = client.open(registry.host(), docker);

        Manifest manifest = session.manifest("team/app", "v1");
        Digest layer = Digest.of(crane("manifest", registry.host() + "/team/app:v1").split("\"layers\"", 2)[1]
                .replaceAll("(?s).*?\"digest\":\\s*\"(sha256:[0-9a-f]{64})\".*", "$1"));

        assertThat(manifest.digest()).isEqualTo(pushed);
        assertThat(manifest.mediaType()).isEqualTo(Manifest.OCI_MANIFEST);
        assertThat(session.digestOf("team/app", "v1")).contains(pushed);
        assertThat(session.digestOf("team/app", "v2")).isEmpty();
        assertThat(session.digestOf("team/none", "v1")).isEmpty();
        try (InputStream blob = session.blob("team/app", layer)) {
            assertThat(session.blobSize("team/app", layer)).hasValue(blob.readAllBytes().length);
        }
        assertThat(session.blobSize("team/app", new Digest("0".repeat(64)))).isEmpty();
    }

    @Test
    void aTagThatIsPutIsWhatCraneSees() throws Exception {
        RegistrySession session = client.open(registry.host(), docker);
        Manifest manifest = session.manifest("team/app", pushed.toString());

        session.putManifest("team/app", "moved", manifest.mediaType(), manifest.bytes());

        assertThat(crane("digest", registry.host() + "/team/app:moved")).isEqualTo(pushed.toString());
    }

    @Test
    void aPushIsAllowedAndItsUploadIsGivenUp() throws Exception {
        new PushPreflight(client.open(registry.host(), docker)).checkPush("team/new");

        // This version leaves an empty "hashstates" folder of an upload that was given up; its data is what counts.
        Path uploads = folder.resolve("registry/data/docker/registry/v2/repositories/team/new/_uploads");
        try (var left = Files.walk(uploads)) {
            assertThat(left).noneMatch(file -> file.endsWith("data") || file.endsWith("startedat"));
        }
    }

    @Test
    void probingATagDoesNotMoveIt() throws Exception {
        var preflight = new PushPreflight(client.open(registry.host(), docker));

        assertThat(preflight.probe(new ImageReference(registry.host(), "team/app", "v1")))
                .isEqualTo(new TagState.Movable(pushed));
        assertThat(preflight.probe(new ImageReference(registry.host(), "team/app", "v3")))
                .isEqualTo(new TagState.Absent());
        assertThat(crane("digest", registry.host() + "/team/app:v1")).isEqualTo(pushed.toString());
    }

    @Test
    void aWrongPasswordAndNoneAreTold() throws Exception {
        assertThatThrownBy(() -> new PushPreflight(client.open(registry.host(), config("wrong"))).checkPush("team/app"))
                .isInstanceOfSatisfying(BuildException.class,
                        e -> assertThat(e.reason()).isEqualTo(FailureReason.PUSH_NOT_AUTHORIZED))
                .hasMessageContaining("Credentials were found");
        assertThatThrownBy(() -> new PushPreflight(client.open(registry.host(),
                DockerConfig.read(Map.of(), folder.resolve("nobody")))).checkPush("team/app"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("No credentials were found");
    }

    @Test
    void aRegistryThatStopsAndComesBackIsUsedAgain() throws Exception {
        try (LocalRegistry other = LocalRegistry.start(toolchain, folder.resolve("other"))) {
            RegistrySession session = client.open(other.host(), docker);
            assertThat(session.digestOf("app", "v1")).isEmpty();

            other.stop();
            assertThatThrownBy(() -> session.digestOf("app", "v1")).isInstanceOfSatisfying(RegistryException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
            other.startAgain();

            assertThat(session.digestOf("app", "v1")).isEmpty();
        }
    }

    @Test
    void craneReadsTheCopyOfTheConfiguration() throws Exception {
        Path copy = folder.resolve("copy");

        docker.copyTo(copy);

        assertThat(crane(ToolEnvironment.variables(RegistryConfig.defaults(), folder.resolve("none"), copy), "digest",
                registry.host() + "/team/app:v1")).isEqualTo(pushed.toString());
    }

    private DockerConfig config(String password) throws IOException {
        Path home = folder.resolve("docker-" + password);
        Files.createDirectories(home);
        String pair = LocalRegistry.USER + ":" + password;
        Files.writeString(home.resolve("config.json"), "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\""
                + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)) + "\"}}}");
        return DockerConfig.read(Map.of("DOCKER_CONFIG", home.toString()), folder);
    }

    private String crane(String... arguments) throws IOException, InterruptedException {
        return crane(Map.of("DOCKER_CONFIG", folder.resolve("docker-" + LocalRegistry.PASSWORD).toString()), arguments);
    }

    private String crane(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("env", "-i"));
        environment.forEach((name, value) -> line.add(name + "=" + value));
        line.add(toolchain.path("crane"));
        line.addAll(List.of(arguments));
        return RealTools.run(line.toArray(String[]::new)).strip();
    }
}
