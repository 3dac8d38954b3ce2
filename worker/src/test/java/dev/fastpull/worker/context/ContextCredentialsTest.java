package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContextCredentialsTest {
    @TempDir
    Path folder;

    private ContextCredentials credentials() {
        return new ContextCredentials(folder);
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static ContextUrl url(String text) {
        return ContextUrl.parse(text).orElseThrow();
    }

    @Test
    void takesTheLongestPrefix() throws IOException, BuildException {
        file("all.properties", "prefix=https://host\nheader=X-Token\nvalue=all\n");
        file("a.properties", "prefix=https://host/a\nusername=u\npassword=p\n");
        Credential narrow = credentials().select(url("https://host/a/b"), null).orElseThrow();
        assertThat(narrow.header()).isEqualTo("Authorization");
        assertThat(narrow.value()).isEqualTo("Basic dTpw");
        assertThat(credentials().select(url("https://host/b"), null).map(Credential::value)).contains("all");
        assertThat(credentials().select(url("https://other/a"), null)).isEmpty();
    }

    @Test
    void takesANamedOneOnlyForItsUrls() throws IOException, BuildException {
        file("a.properties", "prefix=https://host/a\nheader=X-Token\nvalue=secret\n");
        assertThat(credentials().select(url("https://host/a"), "a").map(Credential::value)).contains("secret");
        assertThat(Failures.of(FailureReason.POLICY_DENIED, () -> credentials().select(url("https://evil/a"), "a")))
                .contains("\"a\"").contains("https://evil/a");
        assertThat(Failures.of(FailureReason.POLICY_DENIED, () -> credentials().select(url("https://h/"), "../a")))
                .contains("not set up");
        assertThat(Failures.of(FailureReason.POLICY_DENIED,
                () -> new ContextCredentials(null).select(url("https://host/a"), "a"))).contains("not set up");
    }

    @Test
    void tellsTheOperatorOfMistakesWithoutTheirSecrets() throws IOException {
        file("none.properties", "prefix=https://host\n");
        file("both.properties", "prefix=https://host\nusername=u\npassword=secret\nheader=A\nvalue=secret\n");
        file("typo.properties", "prefix=https://host\nuser=u\npassword=secret\n");
        file("prefix.properties", "prefix=host\nheader=A\nvalue=secret\n");
        file("split.properties", "prefix=https://host\nheader=A\nvalue=secret\\r\\nB: c\n");
        file("range.properties", "prefix=https://host\nheader=Range\nvalue=secret\n");
        file("gone.properties", "prefix=https://host\nheader=A\nvalue-file=gone\n");
        file("good.properties", "prefix=https://host\nheader=A\nvalue=secret\n");
        file("README", "not one of them");
        assertThat(credentials().problems()).hasSize(7).noneMatch(problem -> problem.contains("secret"))
                .anyMatch(problem -> problem.contains("typo") && problem.contains("[user]"));
        assertThat(new ContextCredentials(folder.resolve("none")).problems()).hasSize(1);
        assertThat(new Credential(UrlPrefix.parse("https://host"), "A", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void readsSecretsFromFilesAnewEachTime() throws IOException, BuildException {
        file("a.properties", "prefix=https://host\nheader=X-Token\nvalue-file=a.token\n");
        file("a.token", "one\n");
        ContextCredentials credentials = credentials();
        assertThat(credentials.select(url("https://host/"), null).map(Credential::value)).contains("one");
        file("a.token", "two");
        assertThat(credentials.select(url("https://host/"), null).map(Credential::value)).contains("two");
    }
}
