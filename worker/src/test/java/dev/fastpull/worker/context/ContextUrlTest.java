package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContextUrlTest {
    private static ContextUrl url(String text) {
        return ContextUrl.parse(text).orElseThrow();
    }

    @Test
    void takesAUrlApart() {
        assertThat(url("HTTPS://user:p%40ss@Host_1.Example:8443/a%2Fb?sig=1#x"))
                .isEqualTo(new ContextUrl("https", "host_1.example", 8443, "/a%2Fb", "sig=1", "user:p%40ss"));
        assertThat(url("http://[::1]")).isEqualTo(new ContextUrl("http", "::1", 80, "/", null, null));
        assertThat(url("file:///srv/a.tar")).isEqualTo(new ContextUrl("file", "", -1, "/srv/a.tar", null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "host/a", "ftp://host/a", "http:a", "http:///a", "http://a b/", "http://ho%73t/",
                    "http://host:0/", "http://host:65536/", "http://host:x/", "http://a@b@c/",
                    "http://[fe80::1%25eth0]/",
                    "file://server/share/a", "jar:file:///a!/b", "http://host\\@other/", "http://höst/"})
    void refusesWhatIsNone(String text) {
        assertThat(ContextUrl.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"https://h/a?secret=1, https://h/a", "https://u:secret@h:1/a#f, https://h:1/a",
            "https://u:se/cret@h/a, https://h/a", "https:/u:secret@h/a, h/a", "u:secret@h, h",
            "https://h/a@b?secret, https://h/a@b", "https://h/a b?secret, https://h/a b", "//u:secret@h/x?y, h/x"})
    void showsNeitherQueryNorUser(String text, String shown) {
        assertThat(RedactedUrl.of(text)).hasToString(shown);
    }

    @Test
    void isShownRedacted() {
        assertThat(url("https://u:p@host:443/a?secret")).hasToString("https://host/a");
        assertThat(url("http://[2001:db8::1]:8080/a?secret")).hasToString("http://[2001:db8::1]:8080/a");
    }

    @ParameterizedTest
    @CsvSource({"/b, https://h/b", "c, https://h/x/c", "//other/c, https://other/c", "http://o:81/, http://o:81/",
            "/a b{c}é, https://h/a%20b%7Bc%7D%C3%A9", "?q=1, https://h/x/"})
    void followsLocations(String location, String expected) {
        assertThat(url("https://h/x/y").redirect(location).map(Object::toString)).contains(expected);
    }

    @Test
    void takesNoUserAndNoOtherSchemeFromALocation() {
        assertThat(url("https://h/").redirect("https://u:p@h/").map(ContextUrl::userInfo)).isEqualTo(Optional.empty());
        assertThat(url("https://h/").redirect("file:///etc/passwd")).isEmpty();
        assertThat(url("https://h/").redirect("gopher://h/")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://host, http://host/any, true", "http://host, http://host, true",
            "http://host, http://host.evil.com/, false", "http://host, http://hostx/, false",
            "http://host, https://host/, false", "http://host, http://host:81/, false",
            "http://host:80, http://HOST/, true", "http://host, http://host@evil.com/, false",
            "http://host, http://u:p@host/, true", "http://host/a, http://host/a/b, true",
            "http://host/a/, http://host/a, true", "http://host/a, http://host/ab, false",
            "http://host/a, http://host/A, false", "http://host/a, http://host/a/../b, false",
            "http://host/a, http://host/a/%2e%2e/b, false", "http://host/a, http://host/a/.%2E/b, false",
            "http://host/a, http://host/a/..%2fb, false", "http://host/a, http://host/a/..%5cb, false",
            "http://host/a, http://host/a/%252e%252e/b, false", "http://host/a, http://host/a/..;x/b, false",
            "http://host/a, http://host/a/g%2Fp/x.tar.gz, true", "http://host/a, http://host/a/x..y, true"})
    void comparesPrefixes(String prefix, String url, boolean matches) {
        assertThat(UrlPrefix.parse(prefix).matches(url(url))).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"host", "file:///a", "http://u@host/", "http://host/?a", "http://host/a/../b",
                    "http://host/#a"})
    void refusesPrefixesThatMeanMoreThanTheySay(String text) {
        assertThatThrownBy(() -> UrlPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=s",
            "X-Goog-Date=20260101T000000Z&X-Goog-Expires=60", "Expires=1767225660&Signature=s",
            "sv=2024&se=2026-01-01T00%3A01%3A00Z&sig=s"})
    void readsWhenAPresignedUrlExpires(String query) {
        assertThat(PresignedUrl.expiry(url("https://h/a?" + query))).contains(Instant.parse("2026-01-01T00:01:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Expires=soon", "Expires=99999999999999999999", "X-Amz-Date=x&X-Amz-Expires=60",
                    "X-Amz-Date=20260101T000000Z&X-Amz-Expires=9223372036854775807", "se=x&sig=y", "a=%zz"})
    void readsNothingFromOtherQueries(String query) {
        assertThat(ContextUrl.parse("https://h/a?" + query).flatMap(PresignedUrl::expiry)).isEmpty();
    }
}
