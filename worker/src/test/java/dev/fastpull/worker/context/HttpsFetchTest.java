package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a certificate of our own, made by the JDK's keytool. */
final class HttpsFetchTest {
    @TempDir
    static Path folder;

    @TempDir
    Path work;

    @BeforeAll
    static void makeCertificate() throws Exception {
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(keytool, "-genkeypair", "-keyalg", "EC", "-alias", "a", "-dname",
                "CN=ctx.test", "-ext", "SAN=dns:ctx.test", "-storetype", "PKCS12", "-keystore",
                folder.resolve("keys.p12").toString(), "-storepass", "changeit").redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile()).start();
        assertThat(process.waitFor()).as(() -> read(folder.resolve("keytool.log"))).isZero();
        Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(keys().getCertificate("a").getEncoded())
                + "\n-----END CERTIFICATE-----\n");
    }

    private static KeyStore keys() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
            keys.load(in, "changeit".toCharArray());
        }
        return keys;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static TestServer server() throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys(), "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        ServerSocket socket = tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return TestServer.start(socket, (request, out) -> TestServer.ok(out, new byte[]{1}));
    }

    private FetchedArchive fetch(ContextConfig config, String url) throws Exception {
        Resolver resolver = host -> List.of(InetAddress.getLoopbackAddress());
        try (ContextStage stage = new ContextStage(config, resolver, Clock.systemUTC(), wait -> {})) {
            return stage.fetch(new ContextSource(url, null, null, null), work, FetchProgress.NONE);
        }
    }

    @Test
    void trustsTheOperatorsAuthoritiesForTheirHostsOnly() throws Exception {
        try (TestServer server = server()) {
            String url = "https://ctx.test:" + server.port() + "/";
            String other = "https://other.test:" + server.port() + "/";
            ContextConfig config = ContextConfig.defaults()
                    .withAllowed(List.of(UrlPrefix.parse(url), UrlPrefix.parse(other)));
            ContextConfig trusting = config.withCertificates(List.of(folder.resolve("ca.pem")));
            assertThat(fetch(trusting, url).bytes()).isEqualTo(1);
            assertThat(Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> fetch(config, url)))
                    .contains("certificate");
            assertThat(Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> fetch(trusting, other)))
                    .contains("certificate");
        }
    }
}
