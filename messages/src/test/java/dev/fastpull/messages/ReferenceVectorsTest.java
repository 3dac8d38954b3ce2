package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases that distribution/reference v0.6.0 publishes in reference_test.go and normalize_test.go, with what they mean
 * here: names in normal form, {@code latest} where there is no tag, and no digests.
 */
class ReferenceVectorsTest {
    private static final String DIGEST = "@sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    /** TestReferenceParse, TestDomainAndPath, TestSerialization, TestWithTag and TestNormalizedSplitHostname. */
    @ParameterizedTest
    @CsvSource({"test_com, docker.io, library/test_com, latest", "test.com:tag, docker.io, library/test.com, tag",
            "test.com:5000, docker.io, library/test.com, 5000", "test.com/repo:tag, test.com, repo, tag",
            "test:5000/repo, test:5000, repo, latest", "test:5000/repo:tag, test:5000, repo, tag",
            "lowercase:Uppercase, docker.io, library/lowercase, Uppercase",
            "sub-dom1.foo.com/bar/baz/quux, sub-dom1.foo.com, bar/baz/quux, latest",
            "sub-dom1.foo.com/bar/baz/quux:some-long-tag, sub-dom1.foo.com, bar/baz/quux, some-long-tag",
            "b.gcr.io/test.example.com/my-app:test.example.com, b.gcr.io, test.example.com/my-app, test.example.com",
            "xn--n3h.com/myimage:xn--n3h.com, xn--n3h.com, myimage, xn--n3h.com",
            "foo_bar.com:8080, docker.io, library/foo_bar.com, 8080",
            "foo/foo_bar.com:8080, docker.io, foo/foo_bar.com, 8080",
            "192.168.1.1, docker.io, library/192.168.1.1, latest",
            "192.168.1.1:tag, docker.io, library/192.168.1.1, tag",
            "192.168.1.1:5000, docker.io, library/192.168.1.1, 5000", "192.168.1.1/repo, 192.168.1.1, repo, latest",
            "192.168.1.1:5000/repo, 192.168.1.1:5000, repo, latest",
            "192.168.1.1:5000/repo:5050, 192.168.1.1:5000, repo, 5050",
            "[2001:db8::1]/repo, [2001:db8::1], repo, latest",
            "[2001:db8:1:2:3:4:5:6]/repo:tag, [2001:db8:1:2:3:4:5:6], repo, tag",
            "[2001:db8::1]:5000/repo, [2001:db8::1]:5000, repo, latest",
            "[2001:db8::1]:5000/repo:tag, [2001:db8::1]:5000, repo, tag",
            "[2001:db8::]:5000/repo, [2001:db8::]:5000, repo, latest", "[::1]:5000/repo, [::1]:5000, repo, latest",
            "test_com/foo, docker.io, test_com/foo, latest", "test:8080/foo, test:8080, foo, latest",
            "test-com:8080/foo, test-com:8080, foo, latest", "xn--n3h.com:18080/foo, xn--n3h.com:18080, foo, latest",
            "example.com:8000/named:tagged, example.com:8000, named, tagged",
            "test.com:8000/foo:TAG5, test.com:8000, foo, TAG5", "docker/migrator, docker.io, docker/migrator, latest",
            "foo, docker.io, library/foo, latest", "docker.io/foo, docker.io, library/foo, latest",
            "docker.io/library/foo, docker.io, library/foo, latest",
            "docker.io/library/foo/bar, docker.io, library/foo/bar, latest"})
    void isTakenApart(String text, String registry, String repository, String tag) {
        assertThat(ImageReference.parseSingle(text)).isEqualTo(new ImageReference(registry, repository, tag));
    }

    /** TestParseRepositoryInfo: spellings of one and the same repository. */
    @ParameterizedTest
    @CsvSource({"fooo/bar, docker.io/fooo/bar", "index.docker.io/fooo/bar, docker.io/fooo/bar",
            "ubuntu, docker.io/library/ubuntu", "library/ubuntu, docker.io/library/ubuntu",
            "nonlibrary/ubuntu, docker.io/nonlibrary/ubuntu", "other/library, docker.io/other/library",
            "127.0.0.1:8000/private/moonbase, 127.0.0.1:8000/private/moonbase",
            "127.0.0.1:8000/privatebase, 127.0.0.1:8000/privatebase",
            "example.com/private/moonbase, example.com/private/moonbase",
            "example.com/privatebase, example.com/privatebase",
            "example.com:8000/privatebasee, example.com:8000/privatebasee",
            "ubuntu-12.04-base, docker.io/library/ubuntu-12.04-base",
            "index.docker.io/library/ubuntu-12.04-base, docker.io/library/ubuntu-12.04-base",
            "docker.io/foo, docker.io/library/foo", "library/foo/bar, docker.io/library/foo/bar",
            "store/foo/bar, docker.io/store/foo/bar", "Foo/bar, Foo/bar", "FOO/bar, FOO/bar"})
    void isTheSameRepository(String text, String name) {
        assertThat(ImageReference.parseSingle(text).name()).isEqualTo(name);
        assertThat(ImageReference.parseSingle(name).name()).isEqualTo(name);
    }

    /** What TestValidateReferenceName and TestValidateRemoteName have as valid, and the lengths of TestReferenceParse. */
    @ParameterizedTest
    @ValueSource(
            strings = {"docker/docker", "library/debian", "debian", "docker.io/docker/docker",
                    "docker.io/library/debian", "docker.io/debian", "index.docker.io/docker/docker",
                    "index.docker.io/library/debian", "index.docker.io/debian", "127.0.0.1:5000/docker/docker",
                    "127.0.0.1:5000/library/debian", "127.0.0.1:5000/debian", "192.168.0.1", "192.168.0.1:80",
                    "192.168.0.1:8/debian", "192.168.0.2:25000/debian",
                    "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev", "[fc00::1]:5000/docker",
                    "[fc00::1]:5000/docker/docker", "[fc00:1:2:3:4:5:6:7]:5000/library/debian",
                    "docker.io/1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a", "Docker/docker",
                    "DOCKER/docker",
                    "docker-rules/docker", "docker---rules/docker", "doc/docker", "d/docker", "jess/t",
                    "dock__er/docker"})
    void isAReference(String text) {
        assertThat(ImageReference.parseSingle(text).tag()).isNotEmpty();
    }

    /** What is invalid in the same tests, and every digest. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", ":justtag", DIGEST, "repo@sha256:ffffffffffffffffffffffffffffffffff",
                    "validname@invaliddigest:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                    "Uppercase:tag",
                    "test:5000/Uppercase/lowercase:tag", "aa/asdf$$^/aa", "[2001:db8::1]", "[2001:db8::1]:5000",
                    "[2001:db8::1]:tag", "[fe80::1%eth0]:5000/repo", "[fe80::1%@invalidzone]:5000/repo",
                    "test:5000/repo" + DIGEST, "test:5000/repo:tag" + DIGEST, "[2001:db8::1]:5000/repo" + DIGEST,
                    "xn--7o8h.com/myimage:xn--7o8h.com" + DIGEST, "https://github.com/docker/docker", "docker/Docker",
                    "-docker",
                    "-docker/docker", "-docker.io/docker/docker", "docker///docker", "docker.io/docker/Docker",
                    "docker.io/docker///docker", "[fc00::1]", "[fc00::1]:5000", "fc00::1:5000/debian",
                    "[fe80::1%eth0]:5000/debian", "[2001:db8:3:4::192.0.2.33]:5000/debian",
                    "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a", "docker-/docker",
                    "-docker-/docker",
                    "____/____", "_docker/_docker", "dock..er/docker", "dock_.er/docker", "dock-.er/docker", "docker/"})
    void isNoReference(String text) {
        assertThatThrownBy(() -> ImageReference.parseSingle(text)).isInstanceOf(InvalidValueException.class);
    }

    @ParameterizedTest
    @MethodSource
    void isAsLongAsItMayBe(String text, boolean valid) {
        if (valid) {
            assertThat(ImageReference.parseSingle(text).repository()).hasSize(255);
        } else {
            assertThatThrownBy(() -> ImageReference.parseSingle(text)).hasMessageContaining("255 is the most");
        }
    }

    static Stream<Arguments> isAsLongAsItMayBe() {
        return Stream.of(Arguments.of("a/".repeat(127) + "a:tag-puts-this-over-max", true),
                Arguments.of("example.com/" + "a".repeat(255) + ":tag", true),
                Arguments.of("domain/" + "a".repeat(256) + ":tag", false),
                Arguments.of("example.com/" + "a".repeat(256), false));
    }
}
