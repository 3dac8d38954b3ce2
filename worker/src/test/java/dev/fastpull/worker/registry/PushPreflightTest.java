package dev.fastpull.worker.registry;

import static dev.fastpull.worker.registry.FakeRegistry.error;
import static dev.fastpull.worker.registry.FakeRegistry.inTurn;
import static dev.fastpull.worker.registry.FakeRegistry.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.registry.FakeRegistry.Reply;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushPreflightTest {
    private static final String UPLOADS = "POST /v2/app/blobs/uploads/";
    private static final String PUT = "PUT /v2/app/manifests/v1";
    private static final String OLD = "{\"schemaVersion\":2}";
    private static final Digest CURRENT = digest(OLD);

    private final FakeRegistry fake = new FakeRegistry();
    private final RegistryClient client = new RegistryClient(RegistryConfig.defaults(),
            new ClientTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ZERO),
            Clock.systemUTC());
    private final ImageReference image = new ImageReference(fake.host(), "app", "v1");

    @AfterEach
    void close() {
        client.close();
        fake.close();
    }

    @Test
    void anUploadIsBegunAndGivenUp() throws Exception {
        fake.on(UPLOADS, reply(202, "", "Location", "/v2/app/blobs/uploads/42?state=s"));

        as("alice").checkPush("app");

        assertThat(fake.targets("DELETE")).containsExactly("/v2/app/blobs/uploads/42?state=s");
    }

    @Test
    void anUploadElsewhereIsLeftAlone() throws Exception {
        try (var elsewhere = new FakeRegistry()) {
            fake.on(UPLOADS, reply(202, "", "Location", "http://" + elsewhere.host() + "/upload"));

            as("alice").checkPush("app");

            assertThat(elsewhere.seen()).isEmpty();
        }
    }

    @Test
    void aRefusedPushSaysWhichCredentialsThatWas() {
        fake.on(UPLOADS, error(403, "DENIED", "requested access to the resource is denied"));

        assertThat(failure("alice")).satisfies(
                e -> assertThat(e.reason()).isEqualTo(FailureReason.PUSH_NOT_AUTHORIZED),
                e -> assertThat(e).hasMessageContainingAll("app", fake.host(), "403",
                        "access to the resource is denied",
                        "Credentials were found (the test's file)", "docker login " + fake.host()),
                e -> assertThat(e).hasMessageNotContainingAny("alice", "wonderland"));
    }

    @Test
    void aRefusedPushWithoutCredentialsSaysWhereTheyWereLookedFor() {
        fake.on(UPLOADS, error(401, "UNAUTHORIZED", "authentication required", "WWW-Authenticate", "Basic realm=x"));

        assertThat(failure("")).satisfies(e -> assertThat(e.reason()).isEqualTo(FailureReason.PUSH_NOT_AUTHORIZED),
                e -> assertThat(e).hasMessageContainingAll("No credentials were found (the test's file)",
                        "docker login " + fake.host()));
    }

    @Test
    void aRepositoryThatIsNotMadeByAPushIsNamed() {
        fake.on(UPLOADS, error(404, "NAME_UNKNOWN", "The repository does not exist"));

        assertThat(failure("alice")).satisfies(
                e -> assertThat(e.reason()).isEqualTo(FailureReason.REPOSITORY_NOT_FOUND),
                e -> assertThat(e).hasMessageContainingAll("app", fake.host(), "Create it"));
    }

    @Test
    void aRegistryThatFailsIsNotTheRequestersDoing() {
        fake.on(UPLOADS, reply(503, ""));

        assertThatThrownBy(() -> as("alice").checkPush("app")).isInstanceOfSatisfying(RegistryException.class,
                e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @Test
    void aTagThatIsNotThereIsNotProbed() throws Exception {
        assertThat(as("alice").probe(image)).isEqualTo(new TagState.Absent());
        assertThat(fake.targets("PUT")).isEmpty();
    }

    /** What registries answer, as their users report it; the error texts differ, and so do codes and statuses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                    "412|PRECONDITION|Failed to process request due to 'app:v1' configured as immutable.",
                    "400|TAG_INVALID|The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because"
                            + " the repository is immutable.",
                    "400|MANIFEST_INVALID|cannot update tag v1. The repository has enabled tag immutability",
                    "403|DENIED|requested access to the resource is denied - this tag is already assigned to an image in this"
                            + " repository and cannot be updated due to immutability settings.",
                    "409|TAG_IMMUTABLE|tag exists", "403|DENIED|Not enough permissions to overwrite artifact 'app/v1'",
                    "403|UNKNOWN|tag=v1 cannot be overwritten because r/app is an immutable repository",
                    "405|DENIED|The operation is disallowed on this registry, repository or image."})
    void aTagThatMayNotMoveIsKnownByTheAnswer(int status, String code, String message) throws Exception {
        tagExists().on(PUT, error(status, code, message));

        assertThat(as("alice").probe(image)).isInstanceOfSatisfying(TagState.Immutable.class, state -> {
            assertThat(state.current()).isEqualTo(CURRENT);
            assertThat(PushPreflight.immutable(image, state.answer()).reason()).isEqualTo(FailureReason.TAG_IMMUTABLE);
            assertThat(PushPreflight.immutable(image, state.answer())).hasMessageContaining(message);
        });
    }

    @ParameterizedTest
    @CsvSource({"400,MANIFEST_INVALID,manifest invalid", "404,MANIFEST_UNKNOWN,x", "415,UNSUPPORTED,media type"})
    void aTagThatMayMoveIsLeftAlone(int status, String code, String message) throws Exception {
        tagExists().on(PUT, error(status, code, message));

        assertThat(as("alice").probe(image)).isEqualTo(new TagState.Movable(CURRENT));

        assertThat(fake.seen()).filteredOn(seen -> seen.method().equals("PUT"))
                .singleElement()
                .satisfies(seen -> assertThat(seen.body()).contains("this is no manifest"));
    }

    @Test
    void aTagThatTheseCredentialsMayNotMoveIsARefusedPush() {
        tagExists().on(PUT, error(403, "DENIED", "update is not allowed"));

        assertThatThrownBy(() -> as("alice").probe(image)).isInstanceOfSatisfying(BuildException.class,
                e -> assertThat(e.reason()).isEqualTo(FailureReason.PUSH_NOT_AUTHORIZED));
    }

    @Test
    void aRegistryThatTakesAnythingGetsItsTagBack() throws Exception {
        tagExists().on(PUT, reply(201, ""))
                .on("HEAD /v2/app/manifests/v1", inTurn(tag(CURRENT), exchange -> tag(
                        digest(fake.seen().stream().filter(seen -> seen.method().equals("PUT")).findFirst().get()
                                .body()))
                        .to(exchange)));

        assertThat(as("alice").probe(image)).isEqualTo(new TagState.Movable(CURRENT));

        assertThat(fake.seen()).filteredOn(seen -> seen.method().equals("PUT"))
                .extracting(FakeRegistry.Seen::body)
                .hasSize(2)
                .last()
                .isEqualTo(OLD);
    }

    @Test
    void whatAnotherPublisherDidMeanwhileIsNotUndone() throws Exception {
        tagExists().on(PUT, reply(201, "")).on("HEAD /v2/app/manifests/v1",
                inTurn(tag(CURRENT), tag(new Digest("c".repeat(64)))));

        as("alice").probe(image);

        assertThat(fake.targets("PUT")).hasSize(1);
    }

    private FakeRegistry tagExists() {
        return fake.on("HEAD /v2/app/manifests/v1", tag(CURRENT))
                .on("GET /v2/app/manifests/" + CURRENT, reply(200, OLD, "Content-Type", Manifest.OCI_MANIFEST));
    }

    private static Reply tag(Digest digest) {
        return reply(200, "", "Docker-Content-Digest", digest.toString());
    }

    private static Digest digest(String text) {
        return VerifiedInputStream.digestOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private BuildException failure(String user) {
        return catchThrowableOfType(BuildException.class, () -> as(user).checkPush("app"));
    }

    private PushPreflight as(String user) {
        Credentials credentials = user.isEmpty()
                ? Credentials.anonymous()
                : new Credentials.Basic(user, "wonderland");
        return new PushPreflight(client.open(fake.host(), new FoundCredentials(credentials, "the test's file")));
    }
}
