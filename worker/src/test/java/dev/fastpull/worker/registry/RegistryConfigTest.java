package dev.fastpull.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.ProxySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryConfigTest {
    private final List<String> problems = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000", "plain.example.com:8080"})
    void thisMachineAndWhatIsNamedIsPlainHttp(String registry) {
        assertThat(config().isPlainHttp(registry)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.example.com", "docker.io", "localhost.example.com", "10.0.0.1:5000"})
    void everythingElseIsHttps(String registry) {
        assertThat(config().isPlainHttp(registry)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"docker.io,https://registry-1.docker.io", "localhost:5000,http://localhost:5000",
            "ghcr.io,https://ghcr.io"})
    void theAddressFollowsFromTheName(String registry, String address) {
        assertThat(config().baseUrl(registry)).isEqualTo(address);
    }

    @Test
    void everyMistakeIsTold(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");

        RegistryConfig.parse(List.of("http://x:5000", "a b"), List.of(text, folder.resolve("absent")),
                List.of("docker.io", "docker.io=https://mirror", "docker.io=m\"]"), Map.of("HTTP_PROXY", "ftp://x"),
                problems::add);

        assertThat(problems).hasSize(8)
                .satisfiesExactly(one -> assertThat(one).contains("http://x:5000", "without a scheme"),
                        two -> assertThat(two).contains("a b"), three -> assertThat(three).contains("REGISTRY="),
                        four -> assertThat(four).contains("https://mirror"), five -> assertThat(five).contains("m\"]"),
                        six -> assertThat(six).contains("text.pem", "no certificate"),
                        seven -> assertThat(seven).contains("absent", "cannot be read"),
                        eight -> assertThat(eight).contains("HTTP_PROXY"));
    }

    @Test
    void buildkitdIsToldMirrorsAndPlainHttp() {
        var config = RegistryConfig.parse(List.of("mirror.local:5000"), List.of(),
                List.of("docker.io=mirror.local:5000/hub", "docker.io=other.example.com"), Map.of(), problems::add);

        assertThat(problems).isEmpty();
        assertThat(BuildkitdRegistries.toml(config)).isEqualTo("""
                [registry."docker.io"]
                  mirrors = ["mirror.local:5000/hub", "other.example.com"]

                [registry."mirror.local:5000"]
                  http = true
                """);
        assertThat(BuildkitdRegistries.toml(RegistryConfig.defaults())).isEmpty();
    }

    @Test
    void theProgramsGetProxiesCredentialsAndWhereThereAreAnyAuthorities() {
        var proxies = ProxySettings.of(Map.of("https_proxy", "http://p:1"));
        var config = new RegistryConfig(config().plainHttpHosts(), List.of(Path.of("/ca.pem")), Map.of(), proxies);

        assertThat(ToolEnvironment.variables(config, Path.of("/run/bundle.pem"), Path.of("/run/docker")))
                .containsExactly(Map.entry("DOCKER_CONFIG", "/run/docker"), Map.entry("HTTPS_PROXY", "http://p:1"),
                        Map.entry("SSL_CERT_FILE", "/run/bundle.pem"));
        assertThat(ToolEnvironment.variables(config(), Path.of("/run/bundle.pem"), null)).isEmpty();
    }

    @Test
    void craneIsToldToBeInsecureOnlyWhereItHasToBe() {
        assertThat(ToolEnvironment.craneFlags(config(), "plain.example.com:8080")).containsExactly("--insecure");
        assertThat(ToolEnvironment.craneFlags(config(), "localhost:5000")).isEmpty();
        assertThat(ToolEnvironment.craneFlags(config(), "ghcr.io")).isEmpty();
    }

    @Test
    void nydusdGetsOneBackend() {
        assertThat(NydusdBackend.json(config(), "plain.example.com:8080", "team/app",
                new Credentials.Basic("alice", "wonderland"))).isEqualTo(
                        "{\"type\":\"registry\",\"config\":{\"scheme\":\"http\",\"host\":\"plain.example.com:8080\","
                                + "\"repo\":\"team/app\",\"skip_verify\":false,\"auth\":\"YWxpY2U6d29uZGVybGFuZA==\"}}");
        assertThat(NydusdBackend.json(config(), "docker.io", "library/x", Credentials.anonymous()))
                .contains("\"https\"", "registry-1.docker.io")
                .doesNotContain("auth");
    }

    private static RegistryConfig config() {
        return new RegistryConfig(Set.of("plain.example.com:8080"), List.of(), Map.of(),
                ProxySettings.none());
    }
}
