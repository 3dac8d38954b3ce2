package dev.fastpull.worker.registry;

import static dev.fastpull.worker.registry.FakeRegistry.error;
import static dev.fastpull.worker.registry.FakeRegistry.guarded;
import static dev.fastpull.worker.registry.FakeRegistry.inTurn;
import static dev.fastpull.worker.registry.FakeRegistry.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.worker.registry.FakeRegistry.Reply;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryAuthorizationTest {
    private static final Credentials ALICE = new Credentials.Basic("alice", "wonderland");
    private static final String ALICE_HEADER = "Basic YWxpY2U6d29uZGVybGFuZA==";
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final Reply TAG = reply(200, "", "Docker-Content-Digest", DIGEST);

    private final FakeRegistry fake = new FakeRegistry();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final RegistryClient client = new RegistryClient(RegistryConfig.defaults(), ClientTimeouts.defaults(),
            new SettableClock());

    @AfterEach
    void close() {
        client.close();
        fake.close();
    }

    @Test
    void whereNothingIsAskedForNothingIsSent() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", TAG);

        assertThat(session(ALICE).digestOf("app", "v1")).isPresent();

        assertThat(fake.seen()).extracting(FakeRegistry.Seen::authorization).containsExactly("");
    }

    @Test
    void aPasswordIsSentOnceTheRegistryAsksAndThenAtOnce() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", guarded(ALICE_HEADER, "Basic realm=\"test\"", TAG));
        RegistrySession session = session(ALICE);

        session.digestOf("app", "v1");
        session.digestOf("app", "v1");

        assertThat(fake.seen()).extracting(FakeRegistry.Seen::authorization)
                .containsExactly("", ALICE_HEADER, ALICE_HEADER);
    }

    @Test
    void aWrongPasswordIsNotSentTwice() {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Basic other", "Basic realm=\"test\"", TAG));
        RegistrySession session = session(ALICE);

        assertThatThrownBy(() -> session.digestOf("app", "v1")).isInstanceOfSatisfying(RegistryException.class,
                e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED));

        assertThat(fake.seen()).hasSize(2);
    }

    @Test
    void aTokenIsFetchedOnceForARepositoryAndWhatIsDoneThere() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer t", bearer("repository:app:pull"), TAG))
                .on("PUT /v2/app/manifests/v1", guarded("Bearer t", bearer("repository:app:pull,push"), reply(201, "")))
                .on("GET /token", guarded(ALICE_HEADER, "Basic", reply(200, "{\"token\":\"t\",\"expires_in\":300}")));
        RegistrySession session = session(ALICE);

        session.digestOf("app", "v1");
        session.digestOf("app", "v1");
        session.putManifest("app", "v1", Manifest.OCI_MANIFEST, new byte[0]);
        session.putManifest("app", "v1", Manifest.OCI_MANIFEST, new byte[0]);

        assertThat(fake.targets("GET")).containsExactly("/token?service=the+registry&scope=repository%3Aapp%3Apull",
                "/token?service=the+registry&scope=repository%3Aapp%3Apull%2Cpush");
        assertThat(fake.targets("HEAD")).hasSize(3);
        assertThat(fake.targets("PUT")).hasSize(2);
    }

    @Test
    void aTokenIsRenewedBeforeItEnds() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer t", bearer("repository:app:pull"), TAG))
                .on("GET /token", reply(200, "{\"access_token\":\"t\",\"expires_in\":300}"));
        RegistrySession session = session(Credentials.anonymous());

        session.digestOf("app", "v1");
        now.set(Instant.EPOCH.plusSeconds(269));
        session.digestOf("app", "v1");
        assertThat(fake.targets("GET")).hasSize(1);
        now.set(Instant.EPOCH.plusSeconds(271));
        session.digestOf("app", "v1");

        assertThat(fake.targets("GET")).hasSize(2);
    }

    @Test
    void aTokenThatIsRefusedAllTheSameIsReplacedOnce() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer new", bearer("repository:app:pull"), TAG))
                .on("GET /token", inTurn(reply(200, "{\"token\":\"old\"}"), reply(200, "{\"token\":\"new\"}")));
        RegistrySession session = session(Credentials.anonymous());

        assertThatThrownBy(() -> session.digestOf("app", "v1")).isInstanceOf(RegistryException.class);
        assertThat(session.digestOf("app", "v1")).isPresent();
    }

    @Test
    void anIdentityTokenIsExchangedByPost() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer t", bearer("repository:app:pull"), TAG))
                .on("POST /token", reply(200, "{\"access_token\":\"t\"}"));

        session(new Credentials.IdentityToken("re/fresh")).digestOf("app", "v1");

        assertThat(fake.seen()).filteredOn(seen -> seen.method().equals("POST"))
                .extracting(FakeRegistry.Seen::body)
                .containsExactly("service=the+registry&scope=repository%3Aapp%3Apull&client_id=fastpull"
                        + "&grant_type=refresh_token&refresh_token=re%2Ffresh");
    }

    @Test
    void aRegistryTokenIsSentAsItIs() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer given", bearer("x"), TAG));

        assertThat(session(new Credentials.RegistryToken("given")).digestOf("app", "v1")).isPresent();
    }

    @Test
    void theTokenServersRefusalIsTold() {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer t", bearer("repository:app:pull"), TAG))
                .on("GET /token", error(401, "UNAUTHORIZED", "incorrect username or password"));

        assertThatThrownBy(() -> session(ALICE).digestOf("app", "v1"))
                .isInstanceOfSatisfying(RegistryException.class,
                        e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
                .hasMessageContainingAll("token server", "incorrect username or password")
                .hasMessageNotContaining("wonderland");
    }

    @Test
    void aTokenServerThatFailsIsTriedAgain() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer t", bearer("repository:app:pull"), TAG))
                .on("GET /token", inTurn(reply(503, ""), reply(429, ""), reply(200, "{\"token\":\"t\"}")));

        assertThat(session(ALICE).digestOf("app", "v1")).isPresent();
    }

    @Test
    void aTokenServerThatGoesOnFailingIsNoRefusal() {
        fake.on("HEAD /v2/app/manifests/v1", guarded("Bearer t", bearer("repository:app:pull"), TAG))
                .on("GET /token", reply(503, ""));

        assertThatThrownBy(() -> session(ALICE).digestOf("app", "v1"))
                .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessageContaining("token server");
    }

    @Test
    void aRegistryReachedByHttpsCannotHaveThePasswordSentInTheClear() {
        try (var http = new RegistryHttp(RegistryConfig.defaults(), ClientTimeouts.defaults())) {
            var tokens = new TokenServer(http, Clock.systemUTC(), "registry.example.com", false);
            var challenge = new Challenge("bearer", Map.of("realm", "http://" + fake.host() + "/token"));

            assertThatThrownBy(() -> tokens.fetch(challenge, ALICE, List.of("repository:app:pull")))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContainingAll("registry.example.com", "https");
        }
        assertThat(fake.seen()).isEmpty();
    }

    private RegistrySession session(Credentials credentials) {
        return client.open(fake.host(), new FoundCredentials(credentials, "a test"));
    }

    private String bearer(String scope) {
        return "Bearer realm=\"http://" + fake.host() + "/token\",service=\"the registry\",scope=\"" + scope + "\"";
    }

    private final class SettableClock extends Clock {
        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
