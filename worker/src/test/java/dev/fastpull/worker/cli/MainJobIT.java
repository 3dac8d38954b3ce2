package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.context.TarBuilder;
import dev.fastpull.worker.testing.RealTools;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests through a real broker to a worker with the real programs; what counts is what is in the registry. */
class MainJobIT {
    @TempDir
    static Path folder;

    private static RunningWorker worker;

    @BeforeAll
    static void start() throws Exception {
        worker = RunningWorker.start(folder);
    }

    @AfterAll
    static void end() throws Exception {
        worker.close();
    }

    @Test
    void aRequestEndsInAPairWhoseDigestsTheEventTells() throws Exception {
        Path archive = folder.resolve("hello.tar");
        RealTools.run("tar", "-cf", archive.toString(), "-C",
                RealTools.repository().resolve("examples/hello").toString(), ".");
        CompletionEvent event = worker.succeeds(
                worker.request("hello").context(archive.toUri().toString()).build()).event();
        assertThat(event.report().images()).hasSize(2).allSatisfy(image -> assertThat(
                worker.crane().digest(image.reference())).isEqualTo(image.digest().toString()));
        assertThat(event.report().verification()).isInstanceOfSatisfying(Verification.class, verification -> {
            assertThat(verification.result()).isEqualTo(Verification.Result.EQUAL);
            assertThat(verification.filesCompared()).isGreaterThan(5);
        });
    }

    /** nydus-image 2.2.0 brings the deleted files back, and says nothing. */
    @Test
    void aDirectoryThatWasAFileInBetweenIsFoundToDiffer() throws Exception {
        var context = new TarBuilder()
                .entry('0', "1.tar", "", 0644, new TarBuilder().folder("x", 0755).file("x/old", "1").end())
                .entry('0', "2.tar", "", 0644, new TarBuilder().file("x", "2").end())
                .entry('0', "3.tar", "", 0644, new TarBuilder().folder("x", 0755).file("x/new", "3").end());
        Failure failure = worker.fails(worker.request("dfd").context(worker.archive(context))
                .dockerfileInline("FROM scratch\nADD 1.tar /\nADD 2.tar /\nADD 3.tar /\n").build(),
                FailureReason.NYDUS_MISMATCH);
        assertThat(failure.message()).contains("does not hold the same files", "x/old");
    }
}
