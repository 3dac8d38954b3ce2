package dev.fastpull.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
    private static final Credentials ALICE = new Credentials.Basic("alice", "wonder:land");
    private static final String AUTH = "{\"auth\":\""
            + Base64.getEncoder().encodeToString("alice:wonder:land".getBytes(StandardCharsets.UTF_8)) + "\"}";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"r.example.com:5000", "https://r.example.com:5000", "http://r.example.com:5000/v2/",
                    "r.example.com:5000/v1/"})
    void aKeyMayHaveASchemeAndAPath(String key) throws Exception {
        assertThat(lookup("{\"auths\":{\"" + key + "\":" + AUTH + "}}", "r.example.com:5000").credentials())
                .isEqualTo(ALICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.io", "index.docker.io", "registry-1.docker.io"})
    void dockerHubHasAKeyOfItsOwn(String name) throws Exception {
        assertThat(lookup("{\"auths\":{\"https://index.docker.io/v1/\":" + AUTH + "}}", name).credentials())
                .isEqualTo(ALICE);
    }

    @Test
    void anotherPortIsAnotherRegistry() throws Exception {
        FoundCredentials found = lookup("{\"auths\":{\"r.example.com:5000\":" + AUTH + "}}", "r.example.com");

        assertThat(found.present()).isFalse();
        assertThat(found.source()).contains("\"auths\"", folder.toString());
    }

    @Test
    void anEntryMayHoldNameAndPasswordOrATokenOrNothing() throws Exception {
        String json = "{\"auths\":{\"a\":{\"username\":\"alice\",\"password\":\"wonder:land\"},"
                + "\"b\":{\"identitytoken\":\"t\"},\"c\":{\"registrytoken\":\"t\"},\"d\":{}}}";

        assertThat(lookup(json, "a").credentials()).isEqualTo(ALICE);
        assertThat(lookup(json, "b").credentials()).isEqualTo(new Credentials.IdentityToken("t"));
        assertThat(lookup(json, "c").credentials()).isEqualTo(new Credentials.RegistryToken("t"));
        assertThat(lookup(json, "d").credentials()).isEqualTo(Credentials.anonymous());
    }

    @Test
    void withoutAFileEverybodyIsAnonymous() throws Exception {
        DockerConfig config = DockerConfig.read(Map.of(), folder);

        assertThat(config.present()).isFalse();
        assertThat(config.file()).isEqualTo(folder.resolve(".docker/config.json"));
        assertThat(config.lookup("r").source()).contains("does not exist");
    }

    @Test
    void theEnvironmentsCredentialsComeFirst() throws Exception {
        helper("x", "exit 1");
        write("{\"credsStore\":\"x\"}");

        DockerConfig config = DockerConfig.read(
                Map.of("DOCKER_CONFIG", folder.toString(), "DOCKER_AUTH_CONFIG", "{\"auths\":{\"r\":" + AUTH + "}}"),
                folder);

        assertThat(config.lookup("r")).isEqualTo(new FoundCredentials(ALICE, "DOCKER_AUTH_CONFIG"));
    }

    @Test
    void brokenFilesAreNamedAndNotQuoted() {
        assertThatThrownBy(() -> lookup("{\n\"auths\": hunter2}", "r")).isInstanceOf(RegistryException.class)
                .hasMessageContainingAll("config.json", "line 2")
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
        assertThatThrownBy(() -> lookup("{\"auths\":{\"r\":{\"auth\":\"hunter2!\"}}}", "r"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContainingAll("config.json", " r ", "Log in again")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aHelperIsAskedOnItsStandardInput() throws Exception {
        helper("own", "read -r key; echo \"{\\\"ServerURL\\\":\\\"$key\\\",\\\"Username\\\":\\\"$1\\\","
                + "\\\"Secret\\\":\\\"for $key\\\"}\"");

        FoundCredentials found = lookup("{\"credHelpers\":{\"r:5000\":\"own\"},\"credsStore\":\"none\"}", "r:5000");

        assertThat(found.credentials()).isEqualTo(new Credentials.Basic("get", "for r:5000"));
        assertThat(found.source()).contains("docker-credential-own", "config.json");
    }

    @Test
    void theStoreIsForAllOthersAndItsWordIsFinal() throws Exception {
        helper("store", "echo credentials not found in native keychain; exit 1");

        FoundCredentials found = lookup("{\"credsStore\":\"store\",\"auths\":{\"r\":" + AUTH + "}}", "r");

        assertThat(found.present()).isFalse();
        assertThat(found.source()).contains("docker-credential-store");
    }

    @Test
    void aHelperMayGiveAnIdentityToken() throws Exception {
        helper("t", "echo '{\"Username\":\"<token>\",\"Secret\":\"refresh\"}'");

        assertThat(lookup("{\"credsStore\":\"t\"}", "r").credentials())
                .isEqualTo(new Credentials.IdentityToken("refresh"));
    }

    @Test
    void aMissingHelperIsNamedWithWhatToDo() {
        assertThatThrownBy(() -> lookup("{\"credHelpers\":{\"r\":\"ecr-login\"}}", "r"))
                .isInstanceOfSatisfying(RegistryException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.CREDENTIALS))
                .hasMessageContainingAll("docker-credential-ecr-login", "config.json", "PATH", "Install it");
    }

    @Test
    void aFailingHelperIsQuotedButNothingThatLooksLikeCredentials() throws Exception {
        helper("sad", "echo no region >&2; exit 3");
        helper("odd", "echo '{\"Secret\":\"hunter2\"}'; exit 3");
        helper("text", "echo hunter2");

        assertThatThrownBy(() -> lookup("{\"credsStore\":\"sad\"}", "r")).hasMessageContaining("no region");
        assertThatThrownBy(() -> lookup("{\"credsStore\":\"odd\"}", "r")).hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> lookup("{\"credsStore\":\"text\"}", "r")).hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    void aHelperThatHangsIsEnded() throws Exception {
        helper("hangs", "echo $$ > " + folder + "/pid; exec sleep 600");
        var helper = new CredentialHelper("hangs", folder.resolve("config.json"), environment(), Duration.ofSeconds(1));

        assertThatThrownBy(() -> helper.get("r")).hasMessageContaining("did not answer for r within 1 s");

        assertThatItEnds();
    }

    @Test
    void anInterruptEndsTheHelper() throws Exception {
        helper("hangs", "echo $$ > " + folder + "/pid; exec sleep 600");
        var lookup = new FutureTask<>(() -> lookup("{\"credsStore\":\"hangs\"}", "r"));
        Thread thread = Thread.ofPlatform().start(lookup);
        await().until(() -> Files.exists(folder.resolve("pid")) && !Files.readString(folder.resolve("pid")).isEmpty());

        thread.interrupt();

        assertThatThrownBy(lookup::get).hasCauseInstanceOf(InterruptedException.class);
        assertThatItEnds();
    }

    @Test
    void theCopyHoldsCredentialsOnlyAndIsForItsOwnerOnly() throws Exception {
        write("{\"auths\":{\"r\":" + AUTH + "},\"credHelpers\":{\"h\":\"x\"},\"credsStore\":\"y\","
                + "\"HttpHeaders\":{\"X\":\"z\"},\"proxies\":{}}");
        Path copy = folder.resolve("build/docker");

        DockerConfig.read(environment(), folder).copyTo(copy);

        assertThat(new ObjectMapper().readTree(copy.resolve("config.json").toFile()))
                .isEqualTo(new ObjectMapper().readTree("{\"auths\":{\"r\":" + AUTH
                        + "},\"credHelpers\":{\"h\":\"x\"},\"credsStore\":\"y\"}"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("config.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingPrintsASecret() throws Exception {
        write("{\"auths\":{\"r\":" + AUTH + "}}");
        DockerConfig config = DockerConfig.read(environment(), folder);

        assertThat(config + " " + config.lookup("r") + " " + new Credentials.IdentityToken("wonder:land")
                + new Credentials.RegistryToken("wonder:land")).doesNotContain("wonder:land", "alice");
    }

    private FoundCredentials lookup(String json, String registry) throws IOException, InterruptedException {
        write(json);
        return DockerConfig.read(environment(), folder).lookup(registry);
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json);
    }

    private Map<String, String> environment() {
        return Map.of("DOCKER_CONFIG", folder.toString(), "PATH", folder + ":/usr/bin:/bin");
    }

    private void helper(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve("docker-credential-" + name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private void assertThatItEnds() throws IOException {
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
}
