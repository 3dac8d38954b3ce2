package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Platform;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.context.TarBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that fail for what stands in their Dockerfile or request. Each leaves the pair in its place that was there before. */
class BuildFailuresIT {
    private static final String APP = "app";

    @TempDir
    static Path folder;

    private static RunningWorker worker;

    @BeforeAll
    static void startAndPublishAPair() throws Exception {
        worker = RunningWorker.start(folder);
        worker.succeeds(worker.request(APP, "FROM scratch\nCOPY act /\n").build());
        assertThat(worker.crane().tags(worker.registry().host() + "/" + APP)).containsOnlyKeys("v1", "v1-fastpull");
    }

    @AfterAll
    static void end() throws Exception {
        worker.close();
    }

    private static Failure fails(String dockerfile, FailureReason reason) throws Exception {
        return worker.fails(worker.request(APP, dockerfile).build(), reason);
    }

    @Test
    void aStepThatFailsTellsItsExitCodeAndWhatItPrinted() throws Exception {
        Failure failure = fails("""
                FROM scratch
                COPY act /
                RUN ["/act", "print", "one", "print", "two", "exit", "7"]
                """, FailureReason.BUILD_STEP_FAILED);
        assertThat(failure.exitCode()).isEqualTo(7);
        assertThat(failure.step()).startsWith("[2/2] RUN [\"/act\"");
        assertThat(failure.logTail()).isEqualTo("one\ntwo");
        assertThat(failure.message())
                .isEqualTo("The command of [2/2] RUN [\"/act\", \"print\", \"one\", \"print\", \"two\","
                        + " \"exit\", \"7\"] ended with exit code 7. Its last line: two");
    }

    @Test
    void aMissingDockerfileIsNamed() throws Exception {
        Failure failure = worker.fails(worker.request(APP).context(worker.archive(RunningWorker.withAct()))
                .dockerfile("docker/Dockerfile.prod").build(), FailureReason.DOCKERFILE_NOT_FOUND);
        assertThat(failure.message())
                .startsWith("Dockerfile not found: the context has no file docker/Dockerfile.prod. ");
    }

    @Test
    void aSyntaxErrorIsShownWithItsLine() throws Exception {
        Failure failure = fails("FROM scratch\nCOPPY act /\n", FailureReason.DOCKERFILE_INVALID);
        assertThat(failure.message())
                .isEqualTo("The Dockerfile has a mistake (Dockerfile, line 2): unknown instruction: COPPY (did you"
                        + " mean COPY?)");
    }

    @Test
    void anUnknownStageIsNamed() throws Exception {
        Failure failure = worker.fails(worker.request(APP, "FROM scratch AS build\nCOPY act /\n").target("runtime")
                .build(), FailureReason.DOCKERFILE_INVALID);
        assertThat(failure.message()).contains("target stage \"runtime\" could not be found");
    }

    @Test
    void aFileThatIsNotInTheContextIsNamed() throws Exception {
        Failure failure = fails("FROM scratch\nCOPY src/main.c /\n", FailureReason.BUILD_STEP_FAILED);
        assertThat(failure.message())
                .startsWith("[1/1] COPY src/main.c / fails: there is no \"/src/main.c\" in the context.");
    }

    @Test
    void aBaseImageThatDoesNotExistIsNamed() throws Exception {
        Failure failure = fails("FROM " + worker.image("none", "1") + "\n", FailureReason.BASE_IMAGE_NOT_FOUND);
        assertThat(failure.message())
                .startsWith("The base image " + worker.image("none", "1") + " does not exist, or the"
                        + " worker's credentials may not read it: not found. ");
    }

    @Test
    void aRegistryOfABaseImageThatIsDownIsNamed() throws Exception {
        String down = "localhost:" + freePort();
        Failure failure = fails("FROM " + down + "/base:1\n", FailureReason.BASE_IMAGE_UNAVAILABLE);
        assertThat(failure.message()).startsWith("The registry of the base image " + down + "/base:1 does not answer: ")
                .contains("connection refused", "--registry-mirror");
    }

    @Test
    void anotherPlatformIsRefused() throws Exception {
        Failure failure = worker.fails(worker.request(APP, "FROM scratch\nCOPY act /\n")
                .platform(new Platform("linux", "s390x", null)).build(), FailureReason.UNSUPPORTED);
        assertThat(failure.message()).contains("not for linux/s390x", "the queue of workers for that platform");
    }

    @Test
    void aBuildThatTakesTooLongIsStopped() throws Exception {
        Failure failure = worker.fails(worker.request(APP, """
                FROM scratch
                COPY act /
                RUN ["/act", "print", "waiting", "sleep", "600"]
                """).timeout(Duration.ofSeconds(2)).build(), FailureReason.TIMEOUT);
        assertThat(failure.message())
                .isEqualTo("The build took longer than the 2.0 s that its timeout or deadline left it, and was"
                        + " stopped in the phase build-oci. Nothing was published. Send it again with more time.");
    }

    @Test
    void aDeadlineThatHasPassedIsNotBegun() throws Exception {
        Ended ended = worker.failed(worker.request(APP, "FROM scratch\nCOPY act /\n")
                .deadline(Instant.now().minusSeconds(60)).build(), FailureReason.EXPIRED);
        assertThat(ended.event().report().phases()).isEmpty();
        assertThat(worker.requester().progress()).filteredOn(news -> news.contains(ended.event().report().requestId()))
                .noneMatch(news -> news.contains("\"type\":\"phase\"") || news.contains("\"type\":\"step\""));
        assertThat(ended.event().cause().orElseThrow().message()).contains("deadline")
                .endsWith("Send it again with a later one.");
    }

    @Test
    void aFieldThatIsNotBuiltYetIsNamed() throws Exception {
        String request = MessageCodec.encodeRequest(worker.request(APP, "FROM scratch\nCOPY act /\n").build());
        Ended ended = worker.ask(request.replaceFirst("\\{", "{\"priority\": 7,"));
        assertThat(ended.event().status()).isEqualTo("rejected");
        assertThat(ended.event().cause().orElseThrow().message()).startsWith("priority is reserved")
                .endsWith("leave it out");
    }

    @Test
    void whatIsNoRequestIsPutAside() throws Exception {
        worker.requester().send("{\"version\": 1, \"requestId\": ");
        assertThat(worker.requester().invalid().getStringProperty("fastpull_reason")).contains("ends too early");
    }

    /** nydus-image cannot have a hard link to a symbolic link. */
    @Test
    void aConversionThatFailsSaysWhatBuildkitdsLogSays() throws Exception {
        byte[] layer = new TarBuilder().file("f", "x").symlink("l", "f").hardLink("h", "l").end();
        Failure failure = worker.fails(worker.request(APP)
                .context(worker.archive(new TarBuilder().entry('0', "layer.tar", "", 0644, layer)))
                .dockerfileInline("FROM scratch\nADD layer.tar /\n").build(), FailureReason.NYDUS_CONVERSION_FAILED);
        assertThat(failure.message())
                .isEqualTo("nydus-image could not convert the image: nydus-image merge says failed to get"
                        + " chunk info for chunk 4294967295/102/0: No such file or directory (os error 2). Nothing was"
                        + " published. A hard link to a symbolic link is a known cause; with formats [\"oci\"] the image can be"
                        + " built alone.");
    }

    static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
