package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpFetchTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
    private static final byte[] BODY = new byte[300_000];
    private static final String ETAG = "ETag: \"v1\"";

    static {
        new Random(1).nextBytes(BODY);
    }

    @TempDir
    Path work;

    private final List<Duration> waits = new ArrayList<>();

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.digest().digest(bytes));
    }

    private static ContextConfig allowing(TestServer server) {
        return ContextConfig.defaults().withAllowed(List.of(UrlPrefix.parse(server.url("/"))))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    private FetchedArchive fetch(ContextConfig config, String url) throws BuildException, InterruptedException {
        return fetch(config, new ContextSource(url, null, null, null));
    }

    private FetchedArchive fetch(ContextConfig config, ContextSource source)
            throws BuildException, InterruptedException {
        try (ContextStage stage = new ContextStage(config, Resolver.system(), NOON, waits::add)) {
            return stage.fetch(source, work, FetchProgress.NONE);
        }
    }

    private void assertWhole(FetchedArchive archive) throws IOException {
        assertThat(archive.sha256()).isEqualTo(sha256(BODY));
        assertThat(archive.bytes()).isEqualTo(BODY.length);
        assertThat(Files.readAllBytes(archive.file())).isEqualTo(BODY);
    }

    @Test
    void fetchesHashesAndTellsHowFarItIs() throws Exception {
        List<Long> heard = new ArrayList<>();
        try (TestServer server = TestServer.start((request, out) -> TestServer.ok(out, BODY));
                ContextStage stage = new ContextStage(allowing(server), Resolver.system(), NOON, waits::add)) {
            FetchedArchive archive = stage.fetch(
                    new ContextSource(server.url("/a.tgz?sig=1"), sha256(BODY), null, null), work,
                    (received, total) -> {
                        assertThat(total).isEqualTo(BODY.length);
                        heard.add(received);
                    });
            assertWhole(archive);
            assertThat(archive.temporary()).isTrue();
            assertThat(heard).isSorted().endsWith((long) BODY.length);
            assertThat(server.requests().getFirst().target()).isEqualTo("/a.tgz?sig=1");
            assertThat(server.requests().getFirst().header("accept-encoding")).isEqualTo("identity");
        }
    }

    @Test
    void takesAnEncodedBodyAsItIs() throws Exception {
        try (TestServer server = TestServer
                .start((request, out) -> TestServer.ok(out, BODY, "Content-Encoding: gzip"))) {
            assertWhole(fetch(allowing(server), server.url("/")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {ETAG,
                    "Date: Thu, 01 Jan 2026 12:00:00 GMT\r\nLast-Modified: Wed, 31 Dec 2025 12:00:00 GMT"})
    void resumesWhereAConnectionBroke(String validator) throws Exception {
        try (TestServer server = TestServer.start((request, out) -> {
            int from = request.header("range").isEmpty()
                    ? 0
                    : Integer.parseInt(request.header("range").replaceAll("[^0-9]", ""));
            part(out, from, Math.min(BODY.length, from + 100_000), validator);
        })) {
            assertWhole(fetch(allowing(server), server.url("/")));
            assertThat(server.requests()).extracting(request -> request.header("range")).containsExactly("",
                    "bytes=100000-", "bytes=200000-");
            assertThat(server.requests().get(1).header("if-range")).isNotEmpty();
            assertThat(waits).hasSize(2).allMatch(wait -> wait.compareTo(Duration.ofSeconds(1)) < 0);
        }
    }

    /** Sends a part, with a length that promises all the rest. */
    private static void part(OutputStream out, int from, int to, String header) throws IOException {
        TestServer.head(out, from == 0 ? "200 OK" : "206 Partial Content", header,
                "Content-Length: " + (BODY.length - from),
                "Content-Range: bytes " + from + "-" + (BODY.length - 1) + "/" + BODY.length);
        out.write(BODY, from, to - from);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-No: validator", "ETag: W/\"weak\"", "ETag: \"v1\"\r\nAccept-Ranges: none",
                    "Date: Thu, 01 Jan 2026 12:00:00 GMT\r\nLast-Modified: Thu, 01 Jan 2026 12:00:00 GMT"})
    void beginsAnewWhereNothingTellsVersionsApart(String header) throws Exception {
        try (TestServer server = TestServer.start((request, out) -> part(out, 0,
                request.number() < 2 ? 100_000 : BODY.length, header))) {
            assertWhole(fetch(allowing(server), server.url("/")));
            assertThat(server.requests()).allMatch(request -> request.header("range").isEmpty());
        }
    }

    @Test
    void beginsAnewWhereTheArchiveHasChanged() throws Exception {
        byte[] other = Arrays.copyOf(BODY, 50_000);
        try (TestServer server = TestServer.start((request, out) -> {
            if (request.number() == 0) {
                part(out, 0, 100_000, ETAG);
            } else {
                TestServer.ok(out, other, "ETag: \"v2\"");
            }
        })) {
            assertThat(fetch(allowing(server), server.url("/")).sha256()).isEqualTo(sha256(other));
            assertThat(Files.size(work.resolve("context.archive"))).isEqualTo(other.length);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"206 Partial Content\r\nContent-Range: bytes 7-299999/300000",
                    "206 Partial Content\r\nETag: \"v2\"\r\nContent-Range: bytes 100000-299999/300000",
                    "206 Partial Content\r\nContent-Range: bytes 100000-299999/400000", "206 Partial Content",
                    "416 Range Not Satisfiable"})
    void beginsAnewWhereAServerResumesWrongly(String wrong) throws Exception {
        try (TestServer server = TestServer.start((request, out) -> {
            switch (request.number()) {
                case 0 -> part(out, 0, 100_000, ETAG);
                case 1 -> {
                    TestServer.head(out, wrong, "Content-Length: 200000");
                    out.write(BODY, 7, 200_000);
                }
                default -> TestServer.ok(out, BODY, ETAG);
            }
        })) {
            assertWhole(fetch(allowing(server), server.url("/")));
            assertThat(server.requests().get(2).header("range")).isEmpty();
        }
    }

    @Test
    void givesUpAfterSomeTries() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> {})) {
            String message = Failures.of(FailureReason.CONTEXT_UNAVAILABLE,
                    () -> fetch(allowing(server), server.url("/a?secret=1")));
            assertThat(message).contains(server.url("/a")).doesNotContain("secret");
            assertThat(server.requests()).hasSize(6);
            assertThat(waits).hasSize(5).allMatch(wait -> wait.compareTo(Duration.ofSeconds(4)) < 0);
            assertThat(work).isEmptyDirectory();
        }
    }

    @Test
    void takesAShortBodyForABrokenConnection() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> part(out, 0, 5, "X: y"))) {
            Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> fetch(allowing(server), server.url("/")));
        }
    }

    @Test
    void namesBothDigestsWhereTheyDiffer() throws Exception {
        String wanted = "0".repeat(64);
        try (TestServer server = TestServer.start((request, out) -> TestServer.ok(out, BODY))) {
            assertThat(Failures.of(FailureReason.CONTEXT_DIGEST_MISMATCH,
                    () -> fetch(allowing(server), new ContextSource(server.url("/a?secret"), wanted, null, null))))
                    .contains(wanted).contains(sha256(BODY)).doesNotContain("secret");
            assertThat(work).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @CsvSource({"404, CONTEXT_NOT_FOUND, 1", "410, CONTEXT_NOT_FOUND, 1", "401, CONTEXT_NOT_AUTHORIZED, 1",
            "403, CONTEXT_NOT_AUTHORIZED, 1", "400, CONTEXT_NOT_AUTHORIZED, 1", "204, CONTEXT_UNAVAILABLE, 1",
            "206, CONTEXT_UNAVAILABLE, 1", "407, CONTEXT_UNAVAILABLE, 1", "501, CONTEXT_UNAVAILABLE, 1",
            "302, CONTEXT_UNAVAILABLE, 1", "429, CONTEXT_UNAVAILABLE, 6", "500, CONTEXT_UNAVAILABLE, 6",
            "502, CONTEXT_UNAVAILABLE, 6", "503, CONTEXT_UNAVAILABLE, 6", "504, CONTEXT_UNAVAILABLE, 6"})
    void knowsWhatAStatusMeans(int status, FailureReason reason, int tries) throws Exception {
        try (TestServer server = TestServer
                .start((request, out) -> TestServer.head(out, status + " X", "Content-Length: 0"))) {
            assertThat(Failures.of(reason, () -> fetch(allowing(server), server.url("/a?secret"))))
                    .contains(String.valueOf(status)).doesNotContain("secret");
            assertThat(server.requests()).hasSize(tries);
        }
    }

    @Test
    void saysWhenAPresignedUrlHadExpired() throws Exception {
        try (TestServer server = TestServer
                .start((request, out) -> TestServer.head(out, "403 Forbidden", "Content-Length: 0"))) {
            String query = "?X-Amz-Date=20260101T110000Z&X-Amz-Signature=secret&X-Amz-Expires=";
            assertThat(Failures.of(FailureReason.CONTEXT_NOT_AUTHORIZED,
                    () -> fetch(allowing(server), server.url("/a" + query + "600"))))
                    .contains("expired at 2026-01-01T11:10:00Z").doesNotContain("secret");
            assertThat(Failures.of(FailureReason.CONTEXT_NOT_AUTHORIZED,
                    () -> fetch(allowing(server), server.url("/a" + query + "7200")))).doesNotContain("expired");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"7|PT7S", "Thu, 01 Jan 2026 12:00:09 GMT|PT9S",
                    "Thu, 01 Jan 2026 11:00:00 GMT|PT0S"})
    void waitsAsLongAsAServerAsks(String header, Duration wait) throws Exception {
        try (TestServer server = TestServer.start((request, out) -> {
            if (request.number() == 0) {
                TestServer.head(out, "429 Slow down", "Retry-After: " + header, "Content-Length: 0");
            } else {
                TestServer.ok(out, BODY);
            }
        })) {
            assertWhole(fetch(allowing(server), server.url("/")));
            assertThat(waits).containsExactly(wait);
        }
    }

    @Test
    void doesNotWaitForAnHour() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> TestServer.head(out, "503 X", "Retry-After: 3600",
                "Content-Length: 0"))) {
            Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> fetch(allowing(server), server.url("/")));
            assertThat(waits).isEmpty();
        }
    }

    @Test
    void stopsAtTheLimitWhateverTheServerPromises() throws Exception {
        ContextLimits limits = ContextLimits.defaults().withArchiveBytes(200_000);
        try (TestServer server = TestServer.start((request, out) -> TestServer.ok(out, BODY))) {
            Failures.of(FailureReason.CONTEXT_TOO_LARGE,
                    () -> fetch(allowing(server).withLimits(limits), server.url("/")));
        }
        try (TestServer server = TestServer.start((request, out) -> {
            TestServer.head(out, "200 OK");
            while (true) {
                out.write(BODY);
            }
        })) {
            Failures.of(FailureReason.CONTEXT_TOO_LARGE,
                    () -> fetch(allowing(server).withLimits(limits), server.url("/")));
            assertThat(work).isEmptyDirectory();
        }
    }

    @Test
    void doesNotReadAnEndlessHead() throws Exception {
        try (TestServer server = TestServer.start((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(new byte[8192]);
            }
        })) {
            Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> fetch(allowing(server), server.url("/")));
        }
    }

    @Test
    void isInterruptedWhileAServerHangs() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = TestServer.start((request, out) -> {
            TestServer.head(out, "200 OK", "Content-Length: 1000");
            out.write(1);
            out.flush();
            asked.countDown();
            never.await(20, TimeUnit.SECONDS);
        })) {
            CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    ContextConfig patient = allowing(server).withTimeouts(Duration.ofMinutes(1), Duration.ofMinutes(1));
                    fetch(patient, server.url("/"));
                    ended.complete(null);
                } catch (BuildException | InterruptedException | RuntimeException e) {
                    ended.complete(e);
                }
            });
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(ended.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            never.countDown();
            assertThat(work).isEmptyDirectory();
        }
    }

    @Test
    void doesNotReadOnInABodyThatItDoesNotWant() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = TestServer.start((request, out) -> {
            TestServer.head(out, "404 Not Found", "Content-Length: 1000");
            out.flush();
            never.await(20, TimeUnit.SECONDS);
        })) {
            ContextConfig patient = allowing(server).withTimeouts(Duration.ofMinutes(1), Duration.ofMinutes(1));
            CompletableFuture<String> refusal = CompletableFuture.supplyAsync(
                    () -> Failures.of(FailureReason.CONTEXT_NOT_FOUND, () -> fetch(patient, server.url("/"))));
            assertThat(refusal.get(10, TimeUnit.SECONDS)).contains("404");
            never.countDown();
        }
    }

    @Test
    void givesUpOnASilentServer() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = TestServer.start((request, out) -> never.await(20, TimeUnit.SECONDS))) {
            ContextConfig hasty = allowing(server).withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(50));
            assertThat(Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> fetch(hasty, server.url("/"))))
                    .contains("silent");
            never.countDown();
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        TestServer server = TestServer.start((request, out) -> {});
        server.close();
        assertThat(Failures.of(FailureReason.CONTEXT_UNAVAILABLE, () -> fetch(allowing(server), server.url("/"))))
                .contains("refused");
    }
}
