package dev.fastpull.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.ProxySettings.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {
    @Test
    void eachSchemeHasItsOwnProxy() {
        var settings = ProxySettings.of(Map.of("HTTPS_PROXY", "http://secure:3128", "http_proxy", "plain:80"));

        assertThat(settings.proxyFor("https", "registry.example.com", 443))
                .contains(new Proxy("secure", 3128, null, ""));
        assertThat(settings.proxyFor("http", "registry.example.com", 80)).contains(new Proxy("plain", 80, null, ""));
    }

    @ParameterizedTest
    @CsvSource({"localhost,5000", "127.0.0.1,5000", "127.3.2.1,80", "[::1],5000", "example.com,443",
            "registry.example.com,443", "sub.only.org,443", "10.1.2.3,443", "ported.net,8443", "star.dev,443"})
    void loopbackAndWhatNoProxyNamesIsReachedDirectly(String host, int port) {
        assertThat(settings().proxyFor("https", host, port)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"notexample.com,443", "only.org,443", "11.1.2.3,443", "ported.net,443", "example.com.evil.org,443"})
    void theRestGoesThroughTheProxy(String host, int port) {
        assertThat(settings().proxyFor("https", host, port)).isPresent();
    }

    @Test
    void aStarSwitchesProxiesOff() {
        assertThat(ProxySettings.of(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "*")).proxyFor("https", "a.b", 443))
                .isEmpty();
    }

    @Test
    void aProxyOfAnotherKindIsAMistakeAndItsPasswordIsNotShown() {
        var settings = ProxySettings.of(Map.of("HTTPS_PROXY", "socks5://user:hunter2@p:1080"));

        assertThat(settings.problems()).singleElement().asString().contains("HTTPS_PROXY").doesNotContain("hunter2");
        assertThat(settings.toString()).doesNotContain("hunter2");
    }

    @Test
    void aUserMayBeWrittenInPercent() {
        assertThat(ProxySettings.of(Map.of("https_proxy", "http://u:p%40ss+@proxy")).https())
                .contains(new Proxy("proxy", 80, "u", "p@ss+"));
        assertThat(new Proxy("proxy", 80, "u", "p@ss").toString()).doesNotContain("p@ss");
    }

    private static ProxySettings settings() {
        return ProxySettings.of(Map.of("HTTPS_PROXY", "http://p:3128", "NO_PROXY",
                "example.com, .only.org,10.0.0.0/8,ported.net:8443, *.star.dev, star.dev, garbage/x,"));
    }
}
