package dev.fastpull.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.BuildRequest.SecretReference;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretStoreTest {
    @TempDir
    private Path folder = Path.of(".");

    @Test
    void aSecretIsAFileOfTheOperators() throws Exception {
        Path file = Files.writeString(folder.resolve("npm-token"), "t0ken");
        assertThat(new SecretStore(folder).find(List.of(new SecretReference("npm", "npm-token"))))
                .containsExactlyEntriesOf(java.util.Map.of("npm", file));
    }

    @Test
    void allThatAreMissingAreNamed() throws Exception {
        Files.createDirectory(folder.resolve("folder"));
        assertThatThrownBy(() -> new SecretStore(folder).find(List.of(new SecretReference("a", "gone"),
                new SecretReference("b", "folder"))))
                .hasMessageContaining("gone, folder")
                .asInstanceOf(InstanceOfAssertFactories.type(BuildException.class))
                .returns(FailureReason.POLICY_DENIED, BuildException::reason);
    }

    @Test
    void withoutAStoreThereIsNone() throws Exception {
        assertThat(new SecretStore(null).find(List.of())).isEmpty();
        assertThatThrownBy(() -> new SecretStore(null).find(List.of(new SecretReference("a", "npm-token"))))
                .isInstanceOf(BuildException.class);
    }
}
