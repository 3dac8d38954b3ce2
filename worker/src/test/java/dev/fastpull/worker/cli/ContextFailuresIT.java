package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.ContextLimits;
import dev.fastpull.worker.context.TarBuilder;
import dev.fastpull.worker.context.UrlPrefix;
import dev.fastpull.worker.testing.Act;
import dev.fastpull.worker.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Contexts that cannot be had or must not be used, and those that can in each of their forms, from a server on loopback. */
class ContextFailuresIT {
    private static final String APP = "app";
    private static final int LIMIT = 1 << 20;
    private static final String FROM_CONTEXT = "FROM scratch\nCOPY act /\nRUN [\"/act\", \"print\", \"built\"]\n";

    @TempDir
    static Path folder;

    private static TestServer server;
    private static RunningWorker worker;
    private static byte[] context;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    @BeforeAll
    static void startAndPublishAPair() throws Exception {
        context = RunningWorker.withAct().file("Dockerfile", FROM_CONTEXT).end();
        server = TestServer.start(ContextFailuresIT::answer);
        worker = RunningWorker.start(folder, ContextConfig.defaults().withAllowed(List.of(UrlPrefix.parse(server.url(
                "/")))).withLimits(ContextLimits.defaults().withArchiveBytes(LIMIT)));
        worker.keepsSecret("hunter2", "5ec2e7");
        worker.succeeds(worker.request(APP).context(url("/context.tar")).build());
    }

    @AfterAll
    static void end() throws Exception {
        NEVER.countDown();
        try {
            worker.close();
        } finally {
            server.close();
        }
    }

    /** The path says what is wrong with the answer. */
    private static void answer(TestServer.Request request, OutputStream out) throws IOException, InterruptedException {
        String path = request.target().replaceFirst("\\?.*", "");
        switch (path) {
            case "/context.tar" -> TestServer.ok(out, context);
            case "/large.tar" -> TestServer.ok(out, new byte[LIMIT + 1]);
            case "/silent.tar" -> NEVER.await();
            case "/broken.tar" -> {
                String range = request.header("range").replaceAll("[^0-9]", "");
                int from = range.isEmpty() ? 0 : Integer.parseInt(range);
                int to = range.isEmpty() ? context.length / 2 : context.length;
                TestServer.head(out, from == 0 ? "200 OK" : "206 Partial Content", "ETag: \"v1\"",
                        "Content-Length: " + (context.length - from),
                        "Content-Range: bytes " + from + "-" + (context.length - 1) + "/" + context.length);
                out.write(context, from, to - from);
            }
            default -> TestServer.head(out, path.substring(1) + " Status", "Content-Length: 0");
        }
    }

    /** {@return a URL as requests have them: with user, password and a signature} */
    private static String url(String path) {
        return server.url(path).replace("://", "://bob:hunter2@")
                + "?X-Amz-Date=20260101T110000Z&X-Amz-Expires=600&X-Amz-Signature=5ec2e7";
    }

    private static Failure fails(String path, FailureReason reason) throws Exception {
        return worker.fails(worker.request(APP).context(url(path)).build(), reason);
    }

    private static Failure refused(TarBuilder tar, FailureReason reason) throws Exception {
        return worker.fails(worker.request(APP).context(worker.archive(tar.file("Dockerfile", FROM_CONTEXT))).build(),
                reason);
    }

    @Test
    void anotherDigestThanTheRequestSays() throws Exception {
        String wanted = "0".repeat(64);
        Failure failure = worker.fails(worker.request(APP)
                .context(new ContextSource(url("/context.tar"), wanted, null, null)).build(),
                FailureReason.CONTEXT_DIGEST_MISMATCH);
        assertThat(failure.message()).contains(server.url("/context.tar"), "but the request says " + wanted);
    }

    @ParameterizedTest
    @CsvSource({"404, CONTEXT_NOT_FOUND, There is nothing at", "401, CONTEXT_NOT_AUTHORIZED, it answers 401",
            "403, CONTEXT_NOT_AUTHORIZED, The presigned URL expired at 2026-01-01T11:10:00Z"})
    void whatTheServerRefuses(int status, FailureReason reason, String words) throws Exception {
        assertThat(fails("/" + status, reason).message()).contains(words, server.url("/" + status));
    }

    @Test
    void anAddressThatIsNotPublic() throws Exception {
        Failure failure = worker.fails(worker.request(APP).context("https://127.0.0.1:9/a.tar?sig=5ec2e7").build(),
                FailureReason.POLICY_DENIED);
        assertThat(failure.message()).contains("contexts come from public addresses only",
                "--context-allow https://127.0.0.1:9/");
    }

    /** What is turned away is not quoted whole. */
    @Test
    void aUrlOfAnotherScheme() throws Exception {
        String request = MessageCodec.encodeRequest(worker.request(APP).context(url("/context.tar")).build());
        Ended ended = worker.ask(request.replace("http://", "ftp://"));
        assertThat(ended.event().status()).isEqualTo("rejected");
        assertThat(ended.event().cause().orElseThrow().message()).contains("context.url");
    }

    @Test
    void moreThanTheLimit() throws Exception {
        assertThat(fails("/large.tar", FailureReason.CONTEXT_TOO_LARGE).message()).contains("larger than 1.0 MiB");
    }

    @Test
    void aServerThatHangs() throws Exception {
        Failure failure = worker.fails(worker.request(APP).context(url("/silent.tar")).timeout(Duration.ofSeconds(1))
                .build(), FailureReason.TIMEOUT);
        assertThat(failure.message()).contains("in the phase fetch");
    }

    @Test
    void aServerThatNobodyRuns() throws Exception {
        String nobody = "http://127.0.0.1:" + BuildFailuresIT.freePort();
        Failure failure = worker.fails(worker.request(APP).context(nobody + "/a?5ec2e7").build(),
                FailureReason.POLICY_DENIED);
        assertThat(failure.message()).contains("is not https");
    }

    @Test
    void aConnectionThatBreaksIsResumed() throws Exception {
        int before = server.requests().size();
        worker.succeeds(worker.request("resumed").context(url("/broken.tar")).build());
        assertThat(server.requests().stream().skip(before)).extracting(request -> request.header("range"))
                .containsExactly("", "bytes=" + context.length / 2 + "-");
    }

    @Test
    void aNameThatLeadsOut() throws Exception {
        Failure failure = refused(RunningWorker.withAct().file("../outside", "x"), FailureReason.CONTEXT_REJECTED);
        assertThat(failure.message()).contains("../outside");
        assertThat(folder.resolve("worker/work/outside")).doesNotExist();
    }

    @Test
    void aFileBehindALinkThatLeadsOut() throws Exception {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Failure failure = refused(RunningWorker.withAct().symlink("d", outside.toString()).file("d/f", "x"),
                FailureReason.CONTEXT_REJECTED);
        assertThat(failure.message()).contains("its entry \"d\" is a file or link, and a folder elsewhere");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aDevice() throws Exception {
        Failure failure = refused(RunningWorker.withAct().entry('3', "null", "", 0666, new byte[0]),
                FailureReason.CONTEXT_REJECTED);
        assertThat(failure.message()).contains("null", "device");
    }

    @Test
    void whatIsNoArchive() throws Exception {
        String page = worker.archive("<html>Please log in</html>".getBytes(StandardCharsets.UTF_8));
        assertThat(worker.fails(worker.request(APP).context(page).build(), FailureReason.CONTEXT_REJECTED).message())
                .contains("tar", "zip");
    }

    /** BuildKit takes an absolute link for one within the context. */
    @Test
    void aDockerfileThatIsALinkOutOfTheContext() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "FROM scratch\nCOPY act /hunter2\n");
        var context = RunningWorker.withAct().symlink("Dockerfile", secret.toString());
        worker.fails(worker.request(APP).context(worker.archive(context)).build(),
                FailureReason.DOCKERFILE_NOT_FOUND);
    }

    @Test
    void aFileThatIsALinkOutOfTheContext() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret-too"), "hunter2");
        var context = RunningWorker.withAct().symlink("link", secret.toString())
                .file("Dockerfile", "FROM scratch\nCOPY link /x\n");
        worker.fails(worker.request(APP).context(worker.archive(context)).build(), FailureReason.BUILD_STEP_FAILED);
    }

    @ParameterizedTest
    @EnumSource(Archives.class)
    void everyFormIsBuilt(Archives form) throws Exception {
        String repository = "form-" + form.name().toLowerCase(Locale.ROOT);
        Ended ended = worker.succeeds(worker.request(repository).context(worker.archive(form.pack(context))).build());
        assertThat(ended.event().report().images()).hasSize(2);
        assertThat(worker.file(worker.image(repository, "v1"), "act")).isEqualTo(Act.program());
    }

    @Test
    void aSubfolderWithItsOwnDockerfile() throws Exception {
        var tar = new TarBuilder().file("Dockerfile", "FROM nothing-of-this\n").file("services/api/app.txt", "api")
                .file("services/api/docker/Dockerfile.api", "FROM scratch\nCOPY app.txt /\n");
        BuildRequest request = worker.request("subfolder")
                .context(new ContextSource(worker.archive(tar), null, "services/api", null))
                .dockerfile("docker/Dockerfile.api").build();
        worker.succeeds(request);
        assertThat(worker.file(worker.image("subfolder", "v1"), "app.txt")).asString().isEqualTo("api");
        Failure missing = worker.fails(worker.request(APP)
                .context(new ContextSource(worker.archive(tar), null, "services/web", null)).build(),
                FailureReason.CONTEXT_REJECTED);
        assertThat(missing.message()).contains("services/web");
    }

    @Test
    void aDockerfileThatNeedsNoContext() throws Exception {
        worker.succeeds(worker.request("inline").dockerfileInline("FROM scratch\nWORKDIR /made\n").build());
        assertThat(worker.crane().config(worker.image("inline", "v1")).path("config").path("WorkingDir").asText())
                .isEqualTo("/made");
    }
}
