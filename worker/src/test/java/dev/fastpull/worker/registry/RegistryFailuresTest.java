package dev.fastpull.worker.registry;

import static dev.fastpull.worker.registry.FakeRegistry.error;
import static dev.fastpull.worker.registry.FakeRegistry.inTurn;
import static dev.fastpull.worker.registry.FakeRegistry.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.fastpull.worker.ProxySettings;
import dev.fastpull.messages.Digest;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryFailuresTest {
    private static final FoundCredentials NOBODY = new FoundCredentials(Credentials.anonymous(), "a test");

    private final FakeRegistry fake = new FakeRegistry();
    private final RegistryClient client = client(RegistryConfig.defaults(), Duration.ofSeconds(20));
    private final RegistrySession session = client.open(fake.host(), NOBODY);

    @AfterEach
    void close() {
        client.close();
        fake.close();
    }

    @Test
    void aRegistryThatIsNotThereIsUnavailable() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        RegistryException e = failure(client.open("127.0.0.1:" + port, NOBODY));

        assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(e).hasMessageContainingAll("127.0.0.1:" + port, "cannot be reached", "refused");
        assertThat(e.timedOut()).isFalse();
    }

    @Test
    void plainHttpWhereHttpsWasExpectedSaysWhatToDo() throws Exception {
        try (var plain = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.2"))) {
            String host = "127.0.0.2:" + plain.getLocalPort();
            Thread.ofVirtual().start(() -> refuseAsGoDoes(plain));

            RegistryException e = failure(client.open(host, NOBODY));

            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(e).hasMessageContainingAll("plain HTTP", "--insecure-registry " + host);
        }
    }

    @Test
    void plainHttpThatIsConfiguredWorks() throws Exception {
        try (var plain = new FakeRegistry("127.0.0.2", null)) {
            var config = new RegistryConfig(Set.of(plain.host()), List.of(), Map.of(), ProxySettings.none());
            try (RegistryClient told = client(config, Duration.ofSeconds(20))) {
                assertThat(told.open(plain.host(), NOBODY).digestOf("app", "v1")).isEmpty();
            }
        }
    }

    @Test
    void httpOnAPortThatWantsHttpsSaysWhatToDo() throws Exception {
        fake.on("GET /v2/app/manifests/v1", reply(400, "Client sent an HTTP request to an HTTPS server.\n"));

        assertThat(failure(session)).hasMessageContainingAll(fake.host(), "speaks https", "--insecure-registry");
    }

    @Test
    void aProxyIsUsedWhereTheEnvironmentNamesOne() throws Exception {
        fake.on("HEAD /v2/app/manifests/v1", reply(200, "", "Docker-Content-Digest", "sha256:" + "a".repeat(64)));
        var proxies = ProxySettings.of(Map.of("HTTP_PROXY", "http://" + fake.host()));
        var config = new RegistryConfig(Set.of("registry.invalid"), List.of(), Map.of(), proxies);

        try (RegistryClient proxied = client(config, Duration.ofSeconds(20))) {
            assertThat(proxied.open("registry.invalid", NOBODY).digestOf("app", "v1")).isPresent();
        }

        assertThat(fake.targets("HEAD")).singleElement().asString().contains("/v2/app/manifests/v1");
    }

    @Test
    void aRegistryThatFailsIsTriedAgain() throws Exception {
        fake.on("GET /v2/app/manifests/v1", inTurn(reply(503, ""), error(500, "UNKNOWN", "x"), reply(200, "{}")));

        assertThat(session.manifest("app", "v1").bytes()).hasSize(2);
    }

    @Test
    void soIsTheBeginningOfABlob() throws Exception {
        Digest digest = VerifiedInputStream.digestOf(new byte[]{'x'});
        fake.on("GET /v2/app/blobs/" + digest, inTurn(reply(503, ""), reply(503, ""), reply(200, "x")));

        try (InputStream blob = session.blob("app", digest)) {
            assertThat(blob).hasContent("x");
        }
    }

    @Test
    void aRegistryThatGoesOnFailingIsUnavailable() throws Exception {
        fake.on("GET /v2/app/manifests/v1", reply(502, "<html>secret page</html>"));

        RegistryException e = failure(session);

        assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(e.status()).isEqualTo(502);
        assertThat(e).hasMessageNotContaining("secret");
        assertThat(fake.seen()).hasSize(3);
    }

    @Test
    void tooManyRequestsAreNotRepeatedSoonerThanAskedFor() throws Exception {
        fake.on("GET /v2/app/manifests/v1", error(429, "TOOMANYREQUESTS", "slow down", "Retry-After", "3600"));

        RegistryException e = failure(session);

        assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(e.retryAfter()).contains(Duration.ofHours(1));
        assertThat(e.code()).contains("TOOMANYREQUESTS");
        assertThat(fake.seen()).hasSize(1);
    }

    @Test
    void aRegistryThatHangsIsGivenUp() throws Exception {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                RegistryClient hasty = client(RegistryConfig.defaults(), Duration.ofMillis(300))) {
            RegistryException e = failure(hasty.open("localhost:" + silent.getLocalPort(), NOBODY));

            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(e).hasMessageContaining("did not answer");
            assertThat(e.timedOut()).isTrue();
        }
    }

    @Test
    void anInterruptEndsAWaitingPlatformThreadAndItsConnection() throws Exception {
        var accepted = new CountDownLatch(1);
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            RegistrySession waiting = client.open("localhost:" + silent.getLocalPort(), NOBODY);
            var closed = new FutureTask<>(() -> readsToItsEnd(silent, accepted));
            Thread.ofVirtual().start(closed);
            var call = new FutureTask<>(() -> waiting.digestOf("app", "v1"));
            Thread caller = Thread.ofPlatform().start(call);
            accepted.await();

            caller.interrupt();

            assertThatThrownBy(call::get).hasCauseInstanceOf(InterruptedException.class);
            await().until(closed::isDone);
            assertThat(closed.get()).isTrue();
        }
    }

    private static boolean readsToItsEnd(ServerSocket server, CountDownLatch accepted) throws IOException {
        try (Socket socket = server.accept()) {
            accepted.countDown();
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException e) {
            return true; // reset, which is an end too
        }
    }

    private static void refuseAsGoDoes(ServerSocket server) {
        try (Socket socket = server.accept()) {
            assertThat(socket.getInputStream().read()).isEqualTo(0x16); // a TLS handshake
            socket.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RegistryException failure(RegistrySession session) {
        return catchThrowableOfType(RegistryException.class, () -> session.manifest("app", "v1"));
    }

    private static RegistryClient client(RegistryConfig config, Duration call) {
        var timeouts = new ClientTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), call, 3, Duration.ZERO);
        return new RegistryClient(config, timeouts, Clock.systemUTC());
    }
}
