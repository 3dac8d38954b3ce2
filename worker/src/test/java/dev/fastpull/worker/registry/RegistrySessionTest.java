package dev.fastpull.worker.registry;

import static dev.fastpull.worker.registry.FakeRegistry.error;
import static dev.fastpull.worker.registry.FakeRegistry.guarded;
import static dev.fastpull.worker.registry.FakeRegistry.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.Digest;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistrySessionTest {
    private static final String TEXT = "{\"schemaVersion\":2}";
    private static final Digest DIGEST = VerifiedInputStream.digestOf(TEXT.getBytes(StandardCharsets.UTF_8));
    private static final Digest OTHER = new Digest("b".repeat(64));

    private final FakeRegistry fake = new FakeRegistry();
    private final FakeRegistry store = new FakeRegistry();
    private final RegistryClient client = new RegistryClient(RegistryConfig.defaults(), ClientTimeouts.defaults(),
            Clock.systemUTC());
    private final RegistrySession session = client.open(fake.host(),
            new FoundCredentials(new Credentials.Basic("alice", "wonderland"), "a test"));

    @AfterEach
    void close() {
        client.close();
        fake.close();
        store.close();
    }

    @Test
    void aManifestComesWithItsTypeAndDigest() throws Exception {
        fake.on("GET /v2/team/app/manifests/v1",
                reply(200, TEXT, "Content-Type", Manifest.OCI_MANIFEST + "; charset=utf-8"));

        Manifest manifest = session.manifest("team/app", "v1");

        assertThat(new String(manifest.bytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
        assertThat(manifest.mediaType()).isEqualTo(Manifest.OCI_MANIFEST);
        assertThat(manifest.digest()).isEqualTo(DIGEST);
    }

    @Test
    void aManifestsOwnTypeCountsWhereTheAnswerHasNone() throws Exception {
        fake.on("GET /v2/app/manifests/v1",
                reply(200, "{\"mediaType\":\"" + Manifest.OCI_INDEX + "\"}", "Content-Type", "application/json"));

        assertThat(session.manifest("app", "v1").mediaType()).isEqualTo(Manifest.OCI_INDEX);
    }

    @Test
    void otherBytesThanTheDigestSaysAreRefused() {
        fake.on("GET /v2/app/manifests/" + OTHER, reply(200, TEXT))
                .on("GET /v2/app/manifests/v1", reply(200, TEXT, "Docker-Content-Digest", OTHER.toString()));

        assertThatItFails(Kind.INVALID, () -> session.manifest("app", OTHER.toString()));
        assertThatItFails(Kind.INVALID, () -> session.manifest("app", "v1"));
    }

    @Test
    void aManifestLargerThanFourMebibytesIsRefused() throws Exception {
        fake.on("GET /v2/app/manifests/v1", reply(200, "x".repeat(4 * 1024 * 1024)))
                .on("GET /v2/app/manifests/v2", reply(200, "x".repeat(4 * 1024 * 1024 + 1)));

        assertThat(session.manifest("app", "v1").bytes()).hasSize(4 * 1024 * 1024);
        assertThatItFails(Kind.INVALID, () -> session.manifest("app", "v2"));
    }

    @Test
    void aTagThatIsNotThereHasNoDigest() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", reply(404, ""));

        assertThat(session.digestOf("app", "v1")).isEmpty();
        assertThatItFails(Kind.NOT_FOUND, () -> session.manifest("app", "v1"));
    }

    @Test
    void aDigestThatTheRegistryDoesNotTellIsComputed() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", reply(200, "")).on("GET /v2/app/manifests/v1", reply(200, TEXT));

        assertThat(session.digestOf("app", "v1")).contains(DIGEST);
    }

    @Test
    void whatIsPutIsWhatTheRegistryMustHaveTaken() throws Exception {
        fake.on("PUT /v2/app/manifests/v1", reply(201, "", "Docker-Content-Digest", DIGEST.toString()))
                .on("PUT /v2/app/manifests/v2", reply(201, "", "Docker-Content-Digest", OTHER.toString()));
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);

        assertThat(session.putManifest("app", "v1", Manifest.OCI_MANIFEST, bytes)).isEqualTo(DIGEST);
        assertThatItFails(Kind.INVALID, () -> session.putManifest("app", "v2", Manifest.OCI_MANIFEST, bytes));
        assertThat(fake.seen().getFirst().body()).isEqualTo(TEXT);
    }

    @Test
    void aRedirectToAnObjectStoreIsFollowedWithoutThePassword() throws Exception {
        String path = "/v2/app/blobs/" + DIGEST;
        fake.on("GET " + path, guarded("Basic YWxpY2U6d29uZGVybGFuZA==", "Basic realm=x",
                reply(307, "", "Location", "http://" + store.host() + "/there?signature=s")));
        store.on("GET /there", reply(200, TEXT));

        try (InputStream blob = session.blob("app", DIGEST)) {
            assertThat(blob).hasContent(TEXT);
        }

        assertThat(store.seen()).singleElement()
                .satisfies(seen -> assertThat(seen.target()).isEqualTo("/there?signature=s"))
                .satisfies(seen -> assertThat(seen.authorization()).isEmpty());
    }

    @Test
    void aRedirectThatGoesNowhereIsRefusedWithoutShowingIt() {
        fake.on("GET /v2/app/blobs/" + DIGEST, reply(307, "", "Location", "file:///etc/secret"))
                .on("GET /v2/app/blobs/" + OTHER, reply(307, "", "Location", "/v2/app/blobs/" + OTHER));

        assertThatThrownBy(() -> session.blob("app", DIGEST)).isInstanceOf(RegistryException.class)
                .hasMessageNotContaining("secret");
        assertThatItFails(Kind.INVALID, () -> session.blob("app", OTHER));
        assertThat(fake.seen()).hasSize(1 + 6);
    }

    @Test
    void aBlobWithOtherBytesFailsAtItsEnd() throws Exception {
        fake.on("GET /v2/app/blobs/" + OTHER, reply(200, TEXT));

        try (InputStream blob = session.blob("app", OTHER)) {
            assertThat(blob.readNBytes(TEXT.length())).hasSize(TEXT.length());
            assertThatItFails(Kind.INVALID, blob::read);
        }
    }

    @Test
    void aBlobThatBreaksOffFails() throws Exception {
        fake.on("GET /v2/app/blobs/" + DIGEST, exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
        });

        try (InputStream blob = session.blob("app", DIGEST)) {
            assertThatItFails(Kind.UNAVAILABLE, blob::readAllBytes);
        }
    }

    @Test
    void aBlobMayBeLeftInTheMiddle() throws Exception {
        fake.on("GET /v2/app/blobs/" + DIGEST, reply(200, "x".repeat(10_000_000)));

        for (int i = 0; i < 40; i++) { // more than the pool has connections
            try (InputStream blob = session.blob("app", DIGEST)) {
                assertThat(blob.read()).isEqualTo('x');
            }
        }
    }

    @Test
    void aBlobsSizeIsAskedWithoutFetchingIt() throws Exception {
        fake.on("HEAD /v2/app/blobs/" + DIGEST, reply(200, "", "Content-Length", "123456789012"));

        assertThat(session.blobSize("app", DIGEST)).hasValue(123_456_789_012L);
        assertThat(session.blobSize("app", OTHER)).isEmpty();
    }

    @Test
    void theRegistrysOwnWordsAreTold() {
        fake.on("GET /v2/app/manifests/v1", error(403, "DENIED", "quota of team\\nexceeded"));

        assertThatThrownBy(() -> session.manifest("app", "v1")).hasMessage("The registry " + fake.host()
                + ", asked for app:v1, answered 403 DENIED: quota of team exceeded.");
    }

    private static void assertThatItFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RegistryException.class,
                e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
