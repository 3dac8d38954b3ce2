package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.cli.Fastpull.Result;
import dev.fastpull.worker.testing.Act;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fastpull IMAGE[:TAG]}, as the container's users know it. */
class SeedFormIT {
    @TempDir
    static Path folder;

    private static LocalRegistry registry;
    private static Crane crane;
    private static Path workspace;
    private static Path other;

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.startWithPassword(RealTools.toolchain(), folder.resolve("registry"));
        crane = Crane.of(RealTools.toolchain(), registry, folder.resolve("crane"));
        Path docker = Files.createDirectories(folder.resolve("docker"));
        String login = Base64.getEncoder().encodeToString(
                (LocalRegistry.USER + ":" + LocalRegistry.PASSWORD).getBytes(StandardCharsets.UTF_8));
        Files.writeString(docker.resolve("config.json"),
                "{\"auths\": {\"" + registry.host() + "\": {\"auth\": \"" + login + "\"}}}");
        workspace = context("workspace", "Dockerfile");
        Files.writeString(workspace.resolve("Dockerfile.prod"), dockerfile("production"));
        other = context("other", "Dockerfile");
    }

    @AfterAll
    static void end() {
        registry.close();
    }

    private static Path context(String name, String dockerfile) throws Exception {
        Path context = Files.createDirectories(folder.resolve(name));
        assertThat(Files.write(context.resolve("act"), Act.program()).toFile().setExecutable(true)).isTrue();
        Files.writeString(context.resolve(dockerfile), dockerfile(name));
        return context;
    }

    private static String dockerfile(String label) {
        return "FROM scratch\nCOPY act /\nLABEL from=" + label + "\n";
    }

    private static Result fastpull(String image, Map<String, String> more) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("CONTEXT_PATH", workspace.toString(), "DOCKER_CONFIG",
                folder.resolve("docker").toString()));
        environment.putAll(more);
        return Fastpull.run(folder, environment, registry.host() + "/" + image);
    }

    private static void assertPair(Result result, String repository, String tag, String label) throws Exception {
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(crane.tags(registry.host() + "/" + repository)).containsOnlyKeys(tag, tag + "-fastpull");
        assertThat(crane.config(registry.host() + "/" + repository + ":" + tag).path("config").path("Labels")
                .path("from").asText()).isEqualTo(label);
    }

    /** The registry asks for a password, and Docker's configuration has it. */
    @Test
    void anImageWithItsTag() throws Exception {
        assertPair(fastpull("team/app:v1", Map.of()), "team/app", "v1", "workspace");
    }

    @Test
    void anImageWithoutATagIsTheLatest() throws Exception {
        assertPair(fastpull("app", Map.of("DOCKERFILE", "")), "app", "latest", "workspace");
    }

    @Test
    void anotherDockerfile() throws Exception {
        assertPair(fastpull("prod:v1", Map.of("DOCKERFILE", "Dockerfile.prod")), "prod", "v1", "production");
    }

    @Test
    void anotherContext() throws Exception {
        assertPair(fastpull("other:v1", Map.of("CONTEXT_PATH", other.toString())), "other", "v1", "other");
    }

    @Test
    void withoutCredentialsTheLoginCommandIsNamed() throws Exception {
        Result result = fastpull("nobody:v1", Map.of("DOCKER_CONFIG", folder.resolve("none").toString()));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("Docker config not found", "docker login " + registry.host(),
                "PUSH_NOT_AUTHORIZED");
        assertThat(crane.tags(registry.host() + "/nobody")).isEmpty();
    }

    @Test
    void whatIsNotThereIsNamedOnce() throws Exception {
        Result noContext = fastpull("app:v2", Map.of("CONTEXT_PATH", folder + "/nowhere"));
        assertThat(noContext.exitCode()).isEqualTo(2);
        assertThat(noContext.err()).containsOnlyOnce("does not exist")
                .contains("Build context path does not exist: " + folder + "/nowhere");
        Result noDockerfile = fastpull("app:v2", Map.of("DOCKERFILE", "nothing"));
        assertThat(noDockerfile.exitCode()).isEqualTo(2);
        assertThat(noDockerfile.err()).contains("Dockerfile not found: " + workspace.resolve("nothing"));
    }
}
