package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildReport.TimedPhase;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.RegistryProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry with a password, and registries that go away. */
class RegistryAccessIT {
    private static final String APP = "app";
    private static final String COPY = "FROM scratch\nCOPY act /\n";
    private static final String NOTHING = "{}";

    @TempDir
    static Path folder;

    private static LocalRegistry registry;
    private static RunningWorker worker;

    @BeforeAll
    static void startAndPublishABase() throws Exception {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Path helper = Files.writeString(programs.resolve("docker-credential-fake"), """
                #!/bin/sh
                read -r server
                echo "$1 $server" >> '%s'
                echo '{"ServerURL": "x", "Username": "%s", "Secret": "%s"}'
                """.formatted(folder.resolve("asked"), LocalRegistry.USER, LocalRegistry.PASSWORD));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(folder.resolve("docker"));
        registry = LocalRegistry.startWithPassword(RealTools.toolchain(), folder.resolve("registry"));
        worker = RunningWorker.start(folder, registry, ContextConfig.defaults(), Map.of(
                "DOCKER_CONFIG", folder.resolve("docker").toString(),
                "PATH", programs + ":" + System.getenv("PATH")));
        worker.keepsSecret(LocalRegistry.PASSWORD, auth(LocalRegistry.PASSWORD), "wrong-password",
                auth("wrong-password"));
        docker(auths(LocalRegistry.PASSWORD));
        worker.succeeds(worker.request("base", COPY).build());
        worker.succeeds(worker.request(APP, COPY).build());
    }

    @AfterAll
    static void end() throws Exception {
        worker.close();
        registry.close();
    }

    @BeforeEach
    void forgetWhoAskedTheHelper() throws IOException {
        Files.writeString(folder.resolve("asked"), "");
    }

    private static void docker(String config) throws IOException {
        Files.writeString(folder.resolve("docker/config.json"), config);
    }

    private static String auths(String password) {
        return "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(worker.registry().host(), auth(password));
    }

    private static String auth(String password) {
        return Base64.getEncoder()
                .encodeToString((LocalRegistry.USER + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aLoginIsUsedForTheBaseImageAndThePush() throws Exception {
        docker(auths(LocalRegistry.PASSWORD));
        fromTheBase("auths");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"credsStore\": \"fake\"}", "{\"credHelpers\": {\"REGISTRY\": \"fake\"}}"})
    void aHelperIsAskedForTheBaseImageAndThePush(String config) throws Exception {
        docker(config.replace("REGISTRY", worker.registry().host()));
        fromTheBase("helper-" + config.length());
        assertThat(Files.readAllLines(folder.resolve("asked"))).containsOnly("get " + worker.registry().host())
                .hasSizeGreaterThan(1);
    }

    private static void fromTheBase(String repository) throws Exception {
        worker.succeeds(worker.request(repository, "FROM " + worker.image("base", "v1")
                + "\nRUN [\"/act\", \"write\", \"/made\", \"" + repository + "\"]\n").build());
        assertThat(worker.file(worker.image(repository, "v1"), "made")).asString().isEqualTo(repository + "\n");
    }

    @Test
    void withoutCredentialsNothingIsBuilt() throws Exception {
        docker(NOTHING);
        CompletionEvent event = worker.failed(worker.request(APP, COPY).build(), FailureReason.PUSH_NOT_AUTHORIZED)
                .event();
        assertThat(event.report().phases()).extracting(TimedPhase::name).doesNotContain(Phase.BUILD_OCI);
        assertThat(event.report().totalSeconds()).isLessThan(10);
        assertThat(message(event)).contains("No credentials were found", "docker login " + worker.registry().host());
    }

    @Test
    void aWrongPasswordIsSaidToBeFoundButNotEnough() throws Exception {
        docker(auths("wrong-password"));
        CompletionEvent event = worker.failed(worker.request(APP, COPY).build(), FailureReason.PUSH_NOT_AUTHORIZED)
                .event();
        assertThat(event.report().phases()).extracting(TimedPhase::name).doesNotContain(Phase.BUILD_OCI);
        assertThat(message(event)).contains("Credentials were found (\"auths\" of ");
    }

    @Test
    void aHelperThatIsNotThereIsNamed() throws Exception {
        docker("{\"credsStore\": \"gone\"}");
        Failure failure = worker.fails(worker.request(APP, COPY).build(), FailureReason.PUSH_NOT_AUTHORIZED);
        assertThat(failure.message()).contains("docker-credential-gone", "is not on the worker's PATH");
    }

    /** The login is for the registry that is pushed to; the helper of the base image's registry is not there. */
    @Test
    void aHelperForABaseImageThatIsNotThereIsNamed() throws Exception {
        try (var other = RegistryProxy.start(worker.registry(), _ -> false)) {
            docker(auths(LocalRegistry.PASSWORD).replaceFirst("}$",
                    ", \"credHelpers\": {\"" + other.host() + "\": \"gone\"}}"));
            Failure failure = worker.fails(worker.request(APP, "FROM " + other.host() + "/base:v1\n").build(),
                    FailureReason.BASE_IMAGE_UNAVAILABLE);
            assertThat(failure.message()).contains("docker-credential-gone", "credential helper");
        }
    }

    @Test
    void credentialsAreReadAnewBeforeTheTagsMove() throws Exception {
        docker(auths(LocalRegistry.PASSWORD));
        worker.requester().when("waiting for the password to change", () -> docker(auths("wrong-password")));
        CompletionEvent event = worker.failed(worker.request(APP, COPY
                + "RUN [\"/act\", \"print\", \"waiting for the password to change\", \"sleep\", \"3\"]\n").build(),
                FailureReason.PUSH_NOT_AUTHORIZED).event();
        assertThat(event.report().phases()).extracting(TimedPhase::name).endsWith(Phase.PUBLISH);
        assertThat(message(event)).contains("answered 401", "docker login " + worker.registry().host());
    }

    @Test
    void aRegistryThatIsDownIsNamedBeforeAnythingIsBuilt() throws Exception {
        docker(auths(LocalRegistry.PASSWORD));
        String down = "localhost:" + BuildFailuresIT.freePort();
        CompletionEvent event = ask(down).event();
        assertThat(event.cause().orElseThrow().reason()).isEqualTo(FailureReason.REGISTRY_UNAVAILABLE);
        assertThat(event.report().phases()).extracting(TimedPhase::name).doesNotContain(Phase.BUILD_OCI);
        assertThat(message(event)).contains(down, "cannot be reached");
    }

    /** Whether the registry has taken a PUT that it did not answer cannot be known once it is gone, so nothing is promised. */
    @ParameterizedTest
    @CsvSource({"PUT /v2/down/manifests/sha256:, NONE", "'PUT /v2/down/manifests/v1-fastpull ', PARTIAL"})
    void aRegistryThatGoesDownBeforeTheTagsMove(String last, Published published) throws Exception {
        try (var proxy = RegistryProxy.start(worker.registry(), head -> head.startsWith(last))) {
            docker(auths(LocalRegistry.PASSWORD).replace(worker.registry().host(), proxy.host()));
            CompletionEvent event = ask(proxy.host()).event();
            assertThat(event.cause().orElseThrow().reason()).isEqualTo(FailureReason.REGISTRY_UNAVAILABLE);
            assertThat(message(event)).contains(proxy.host());
            assertThat(event.report().published()).isEqualTo(published);
        }
        assertThat(worker.crane().tags(worker.registry().host() + "/down")).isEmpty();
    }

    private static Ended ask(String registry) throws Exception {
        return worker.ask(MessageCodec.encodeRequest(BuildRequest
                .builder(UUID.randomUUID().toString(), registry + "/down:v1")
                .context(worker.archive(RunningWorker.withAct()))
                .dockerfileInline(COPY)
                .build()));
    }

    private static String message(CompletionEvent event) {
        return event.cause().orElseThrow().message();
    }
}
