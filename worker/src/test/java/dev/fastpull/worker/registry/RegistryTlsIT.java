package dev.fastpull.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.worker.ProxySettings;
import dev.fastpull.worker.testing.OwnCertificate;
import dev.fastpull.worker.testing.RealTools;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A certificate authority of one's own, and plain HTTP: this client and crane are told alike. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryTlsIT {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final FoundCredentials NOBODY = new FoundCredentials(Credentials.anonymous(), "a test");
    /** Loopback, but none of the names that are plain HTTP by themselves. */
    private static final String ADDRESS = "127.0.0.2";

    @TempDir
    private static Path folder;

    private Path ca;
    private FakeRegistry secure;
    private FakeRegistry plain;

    @BeforeAll
    void serveWithACertificateOfOurOwn() throws Exception {
        OwnCertificate certificate = OwnCertificate.make(ADDRESS, folder);
        ca = certificate.pem();
        secure = answering(new FakeRegistry(ADDRESS, certificate.tls()));
        plain = answering(new FakeRegistry(ADDRESS, null));
    }

    @AfterAll
    void end() {
        secure.close();
        plain.close();
    }

    @Test
    void withoutTheAuthorityTheCertificateIsNotTrusted() {
        assertThatThrownBy(() -> digest(RegistryConfig.defaults(), secure)).isInstanceOf(RegistryException.class)
                .hasMessageContainingAll(secure.host(), "not trusted", "--registry-ca");
        assertThatThrownBy(() -> crane(RegistryConfig.defaults(), secure)).hasMessageContaining("x509");
    }

    @Test
    void withTheAuthorityItIs() throws Exception {
        var problems = new ArrayList<String>();
        var config = RegistryConfig.parse(List.of(), List.of(ca), List.of(), Map.of(), problems::add);

        assertThat(problems).isEmpty();
        assertThat(digest(config, secure)).isEqualTo(DIGEST);
        assertThat(crane(config, secure)).isEqualTo(DIGEST);
    }

    @Test
    void plainHttpIsSpokenWhereItIsConfiguredOnly() throws Exception {
        var config = new RegistryConfig(Set.of(plain.host()), List.of(), Map.of(), ProxySettings.none());

        assertThat(digest(config, plain)).isEqualTo(DIGEST);
        assertThat(crane(config, plain)).isEqualTo(DIGEST);
    }

    private static String digest(RegistryConfig config, FakeRegistry registry) throws Exception {
        try (var client = new RegistryClient(config, ClientTimeouts.defaults(), Clock.systemUTC())) {
            return client.open(registry.host(), NOBODY).digestOf("app", "v1").orElseThrow().toString();
        }
    }

    private String crane(RegistryConfig config, FakeRegistry registry) throws Exception {
        Path bundle = folder.resolve("bundle.pem");
        CaBundle.write(config, bundle);
        List<String> line = new ArrayList<>(List.of("env", "-i"));
        ToolEnvironment.variables(config, bundle, folder).forEach((name, value) -> line.add(name + "=" + value));
        line.add(RealTools.toolchain().path("crane"));
        line.addAll(ToolEnvironment.craneFlags(config, registry.host()));
        line.addAll(List.of("digest", registry.host() + "/app:v1"));
        return RealTools.run(line.toArray(String[]::new)).strip();
    }

    private static FakeRegistry answering(FakeRegistry fake) {
        return fake.on("GET /v2/", FakeRegistry.reply(200, "{}"))
                .on("HEAD /v2/app/manifests/v1", FakeRegistry.reply(200, "", "Docker-Content-Digest", DIGEST,
                        "Content-Type", Manifest.OCI_MANIFEST, "Content-Length", "2"));
    }
}
