package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalArchiveTest {
    @TempDir
    Path disk;

    private Path folder = Path.of("unset");
    private Path work = Path.of("unset");

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createDirectory(disk.resolve("in"));
        work = Files.createDirectory(disk.resolve("work"));
        Files.write(folder.resolve("a b.tar"), new byte[]{1, 2, 3});
        Files.write(disk.resolve("secret.tar"), new byte[]{1, 2, 3});
    }

    private FetchedArchive fetch(Path folderAllowed, String url) throws BuildException, InterruptedException {
        try (ContextStage stage = new ContextStage(ContextConfig.defaults().withFolders(List.of(folderAllowed)))) {
            return stage.fetch(new ContextSource(url, null, null, null), work, FetchProgress.NONE);
        }
    }

    @Test
    void hashesAnArchiveWhereItLies() throws Exception {
        FetchedArchive archive = fetch(folder, "file://" + folder + "/a%20b.tar");
        assertThat(archive.file()).isEqualTo(folder.toRealPath().resolve("a b.tar"));
        assertThat(archive.sha256()).isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
        assertThat(archive.temporary()).isFalse();
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void refusesWhatIsOutsideWhetherItExistsOrNot() throws Exception {
        Files.createSymbolicLink(folder.resolve("link.tar"), disk.resolve("secret.tar"));
        Files.createSymbolicLink(folder.resolve("up"), disk);
        for (String path : List.of(disk + "/secret.tar", disk + "/none.tar", folder + "/../secret.tar",
                folder + "/%2e%2e/none.tar", folder + "/link.tar", folder + "/up/secret.tar", folder + "x/a.tar")) {
            assertThat(Failures.of(FailureReason.POLICY_DENIED, () -> fetch(folder, "file://" + path)))
                    .contains("--context-folder");
        }
        try (ContextStage stage = new ContextStage(ContextConfig.defaults())) {
            Failures.of(FailureReason.POLICY_DENIED, () -> stage.fetch(
                    new ContextSource("file://" + folder + "/a%20b.tar", null, null, null), work, FetchProgress.NONE));
        }
    }

    @Test
    void followsLinksThatStayInside() throws Exception {
        Path linked = Files.createSymbolicLink(disk.resolve("linked"), folder);
        Files.createSymbolicLink(folder.resolve("latest.tar"), Path.of("a b.tar"));
        assertThat(fetch(linked, "file://" + linked + "/latest.tar").bytes()).isEqualTo(3);
        assertThat(fetch(folder, "file://localhost" + linked + "/latest.tar").bytes()).isEqualTo(3);
    }

    @Test
    void saysWhatIsWrongInside() {
        Failures.of(FailureReason.CONTEXT_NOT_FOUND, () -> fetch(folder, "file://" + folder + "/none.tar"));
        Failures.of(FailureReason.CONTEXT_NOT_FOUND, () -> fetch(folder, "file://" + folder + "/a%00b"));
        assertThat(Failures.of(FailureReason.CONTEXT_REJECTED, () -> fetch(folder, "file://" + folder + "/")))
                .contains("a folder");
    }

    @Test
    void noticesThatAnArchiveChangesUnderItsHands() throws Exception {
        Path file = folder.resolve("t.tar");
        Files.write(file, new TarBuilder().file("a", "b").end());
        FetchedArchive archive = fetch(folder, "file://" + file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        try (ContextStage stage = new ContextStage(ContextConfig.defaults())) {
            Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> stage.unpack(archive, work.resolve("out"), null));
        }
    }
}
