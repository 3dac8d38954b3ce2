package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.ProxySettings;
import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a fetch may go, and what it takes along. */
final class FetchRulesTest {
    private static final byte[] BODY = {1, 2, 3};

    @TempDir
    Path work;

    private final List<String> resolved = new ArrayList<>();

    /** Every name is 127.0.0.1, but names of the form {@code a-10-0-0-1.test} are the address they say. */
    private List<InetAddress> resolve(String host) throws UnknownHostException {
        resolved.add(host);
        if (host.startsWith("a-")) {
            return List.of(InetAddress.getByName(host.substring(2, host.indexOf(".test")).replace('-', '.')));
        }
        return List.of(InetAddress.getByName(
                host.matches("[0-9.]+") || host.contains(":") ? host : "127.0.0.1"));
    }

    private FetchedArchive fetch(ContextConfig config, String url, @Nullable String credential)
            throws BuildException, InterruptedException {
        try (ContextStage stage = new ContextStage(config, this::resolve, Clock.systemUTC(), wait -> {})) {
            return stage.fetch(new ContextSource(url, null, null, credential), work, FetchProgress.NONE);
        }
    }

    private static ContextConfig allowing(String... prefixes) {
        return ContextConfig.defaults()
                .withAllowed(Arrays.stream(prefixes).map(UrlPrefix::parse).toList());
    }

    @ParameterizedTest
    @CsvSource({"https://a-10-0-0-1.test/x?secret, a private address", "https://127.0.0.1:1/, a loopback address",
            "https://a-169-254-169-254.test/latest, link-local", "https://[::1]/, a loopback address",
            "https://[::ffff:192.168.0.1]/, a private address", "https://a-100-64-0-1.test/, CGNAT",
            "https://0.0.0.0/, unspecified", "https://a-224-0-0-1.test/, multicast", "https://name.test/, loopback"})
    void refusesAddressesThatAreNotPublic(String url, String kind) {
        assertThat(Failures.of(FailureReason.POLICY_DENIED, () -> fetch(ContextConfig.defaults(), url, null)))
                .contains(kind).contains("--context-allow https://").doesNotContain("secret");
    }

    @Test
    void refusesAHostOfWhichOneAddressIsNotPublic() throws Exception {
        Resolver two = host -> List.of(InetAddress.getByName("8.8.8.8"), InetAddress.getByName("10.0.0.1"));
        try (ContextStage stage = new ContextStage(ContextConfig.defaults(), two, Clock.systemUTC(), wait -> {})) {
            Failures.of(FailureReason.POLICY_DENIED, () -> stage.fetch(
                    new ContextSource("https://two.test/", null, null, null), work, FetchProgress.NONE));
        }
    }

    @Test
    void looksANameUpOnceForCheckAndConnection() {
        Failures.of(FailureReason.POLICY_DENIED,
                () -> fetch(ContextConfig.defaults(), "https://a-10-0-0-1.test/", null));
        assertThat(resolved).containsExactly("a-10-0-0-1.test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://host.test/", "http://allowed.test:81/", "http://allowed.test.evil.test/",
                    "http://other.test/?http://allowed.test/"})
    void refusesPlainHttpWithoutLookingUpTheName(String url) {
        assertThat(Failures.of(FailureReason.POLICY_DENIED, () -> fetch(allowing("http://allowed.test/"), url, null)))
                .contains("not https").contains("--context-allow http://");
        assertThat(resolved).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/a", "gopher://host", "nonsense", "http://"})
    void refusesWhatIsNoUrl(String url) {
        Failures.of(FailureReason.INVALID_REQUEST, () -> fetch(ContextConfig.defaults(), url, null));
    }

    @Test
    void fetchesFromAnAllowedPrefixOnly() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> TestServer.ok(out, BODY))) {
            String origin = "http://name.test:" + server.port();
            assertThat(fetch(allowing(origin + "/in"), origin + "/in/a", null).bytes()).isEqualTo(BODY.length);
            Failures.of(FailureReason.POLICY_DENIED, () -> fetch(allowing(origin + "/in"), origin + "/out", null));
            Failures.of(FailureReason.POLICY_DENIED,
                    () -> fetch(allowing(origin + "/in"), origin + "/in/%2e%2e/out", null));
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().getFirst().header("host")).isEqualTo("name.test:" + server.port());
        }
    }

    @Test
    void checksEveryRedirect() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> TestServer.head(out, "302 Found",
                "Location: " + request.target().substring(1), "Content-Length: 0"))) {
            ContextConfig config = allowing(server.url("/"));
            for (String target : List.of("https://a-169-254-169-254.test/?secret", "https://127.0.0.1:1/",
                    "http://a-10-0-0-1.test/")) {
                assertThat(
                        Failures.of(FailureReason.POLICY_DENIED, () -> fetch(config, server.url("/" + target), null)))
                        .contains("--context-allow").doesNotContain("secret");
            }
            Failures.of(FailureReason.CONTEXT_UNAVAILABLE,
                    () -> fetch(config, server.url("/file:///etc/passwd"), null));
        }
    }

    @Test
    void followsFiveRedirectsAndNoMore() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> {
            int left = Integer.parseInt(request.target().substring(1));
            if (left == 0) {
                TestServer.ok(out, BODY);
            } else {
                TestServer.head(out, "307 X", "Location: /" + (left - 1), "Content-Length: 0");
            }
        })) {
            assertThat(fetch(allowing(server.url("/")), server.url("/5"), null).bytes()).isEqualTo(BODY.length);
            assertThat(Failures.of(FailureReason.CONTEXT_UNAVAILABLE,
                    () -> fetch(allowing(server.url("/")), server.url("/6"), null))).contains("more than 5 times");
        }
    }

    @Test
    void takesCredentialsToTheirOwnOriginOnly() throws Exception {
        Path store = Files.createDirectory(work.resolve("store"));
        try (TestServer target = TestServer.start((request, out) -> TestServer.ok(out, BODY));
                TestServer server = TestServer.start((request, out) -> {
                    switch (request.target()) {
                        case "/a/away" -> redirect(out, target.url("/a"));
                        case "/a/up" -> redirect(out, "/b");
                        case "/a/on" -> redirect(out, "/a/end");
                        default -> TestServer.ok(out, BODY);
                    }
                })) {
            ContextConfig config = allowing(server.url("/"), target.url("/")).withCredentials(store);
            Files.writeString(store.resolve("a.properties"),
                    "prefix=" + server.url("/a") + "\nheader=X-Token\nvalue=secret\n");
            // The target has a credential of its own, which a redirect must not pick up either.
            Files.writeString(store.resolve("t.properties"),
                    "prefix=" + target.url("/") + "\nheader=X-Token\nvalue=other\n");
            fetch(config, server.url("/a/away"), null);
            fetch(config, server.url("/a/up"), null);
            fetch(config, server.url("/a/on"), "a");
            fetch(config, server.url("/b"), null);
            assertThat(server.requests()).extracting(r -> r.target() + " " + r.header("x-token")).containsExactly(
                    "/a/away secret", "/a/up secret", "/b ", "/a/on secret", "/a/end secret", "/b ");
            assertThat(target.requests()).extracting(r -> r.header("x-token")).containsExactly("");
            Failures.of(FailureReason.POLICY_DENIED, () -> fetch(config, server.url("/b"), "a"));
        }
    }

    @Test
    void sendsUserInfoAsBasicAuthenticationAndShowsItNowhere() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> {
            if (request.target().equals("/a")) {
                TestServer.ok(out, BODY);
            } else {
                TestServer.head(out, "404 X", "Content-Length: 0");
            }
        })) {
            String origin = "http://u:s%3Acret@127.0.0.1:" + server.port();
            fetch(allowing(server.url("/")), origin + "/a", null);
            assertThat(server.requests().getFirst().header("authorization")).isEqualTo("Basic dTpzOmNyZXQ=");
            assertThat(Failures.of(FailureReason.CONTEXT_NOT_FOUND,
                    () -> fetch(allowing(server.url("/")), origin + "/b", null))).doesNotContain("cret");
        }
    }

    @Test
    void goesThroughAProxyUnderTheSameRules() throws Exception {
        try (TestServer proxy = TestServer.start((request, out) -> TestServer.ok(out, BODY))) {
            ContextConfig config = allowing("http://far.test/").withProxies(ProxySettings.of(Map.of(
                    "HTTP_PROXY", "http://127.0.0.1:" + proxy.port(), "HTTPS_PROXY",
                    "http://127.0.0.1:" + proxy.port())));
            fetch(config, "http://far.test/a", null);
            assertThat(proxy.requests().getFirst().target()).isEqualTo("http://far.test/a");
            assertThat(proxy.requests().getFirst().header("host")).isEqualTo("far.test");
            Failures.of(FailureReason.POLICY_DENIED, () -> fetch(config, "https://a-10-0-0-1.test/", null));
            assertThat(proxy.requests()).hasSize(1);
        }
    }

    private static void redirect(OutputStream out, String location) throws IOException {
        TestServer.head(out, "302 Found", "Location: " + location, "Content-Length: 0");
    }
}
