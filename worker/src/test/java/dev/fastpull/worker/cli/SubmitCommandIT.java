package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.cli.Fastpull.Result;
import dev.fastpull.worker.context.TarBuilder;
import dev.fastpull.worker.testing.Act;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fastpull submit} and {@code fastpull worker --embedded-broker}, each in a process of its own. */
class SubmitCommandIT {
    @TempDir
    static Path folder;

    private static LocalRegistry registry;
    private static Crane crane;
    private static Fastpull worker;
    private static String broker;
    private static String archive;

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.start(RealTools.toolchain(), folder.resolve("registry"));
        crane = Crane.of(RealTools.toolchain(), registry, folder.resolve("crane"));
        Files.writeString(Files.createDirectories(folder.resolve("secrets")).resolve("npm-token"), "5ec2e7");
        archive = Files.write(folder.resolve("context.tar"), new TarBuilder().entry('0', "act", "", 0755,
                Act.program()).file("Dockerfile", """
                        FROM scratch
                        COPY act /
                        RUN --mount=type=secret,id=npm,required=true ["/act", "print", "it runs"]
                        """).end()).toUri().toString();
        Path arguments = Files.writeString(folder.resolve("arguments"), "--embedded-broker 0\n--http 127.0.0.1:0\n"
                + "--secrets " + folder.resolve("secrets") + "\n");
        worker = Fastpull.start(folder, Map.of("FASTPULL_CONTEXT_FOLDER", folder.toString(), "FASTPULL_EVENTS",
                "fastpull.build.events topic:builds"), "worker", "@" + arguments);
        worker.awaitSaid("ready: 1 slot(s) on queue fastpull.build.requests");
        broker = "tcp://127.0.0.1:" + said("The embedded broker listens on 127.0.0.1:([0-9]+)");
    }

    @AfterAll
    static void end() throws Exception {
        try {
            worker.signal("TERM", false);
            assertThat(worker.result().exitCode()).as(worker.err()).isZero();
        } finally {
            worker.close();
            registry.close();
        }
    }

    private static String said(String pattern) throws Exception {
        Matcher matcher = Pattern.compile(pattern).matcher(worker.err());
        assertThat(matcher.find()).as(worker.err()).isTrue();
        return matcher.group(1);
    }

    private static Result submit(String brokers, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("submit", "--broker", brokers));
        all.addAll(List.of(arguments));
        return Fastpull.run(folder, Map.of(), all.toArray(String[]::new));
    }

    @Test
    void waitsForTheEventOfABuildWithASecretOfTheOperators() throws Exception {
        String dead = "tcp://127.0.0.1:" + BuildFailuresIT.freePort();
        Result result = submit("failover:(" + dead + "," + broker + ")?randomize=false", "-t",
                registry.host() + "/app:v1", "--secret", "id=npm,from=npm-token", "--wait", "-o", "json", archive);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err()).contains("failover:(…) is taken for its addresses", "begun by ", "build-nydus ",
                "it runs", "publish ");
        assertThat(result.out().lines()).hasSize(1);
        var event = MessageCodec.decodeEvent(result.out());
        assertThat(event).isInstanceOf(Succeeded.class);
        assertThat(crane.tags(registry.host() + "/app")).containsOnlyKeys("v1", "v1-fastpull");
    }

    @Test
    void exitsByTheOutcome() throws Exception {
        Result result = submit(broker, "-t", registry.host() + "/failing", "--wait", archive);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains("fastpull: BUILD_STEP_FAILED: ");
        Result rejected = submit(broker, "-t", registry.host() + "/app", "--secret", "id=npm,from=nothing", "--wait",
                archive);
        assertThat(rejected.exitCode()).as(rejected.err()).isEqualTo(2);
        assertThat(rejected.err()).contains("fastpull: POLICY_DENIED: ");
    }

    @Test
    void givesUpAndSaysSo() throws Exception {
        Result result = submit(broker, "--queue", "nobody.listens", "--request-id", "r-1", "-t", "localhost/app",
                "--wait-timeout", "1s", "--wait", archive);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("gave up after", "the request r-1 has not ended");
    }

    @Test
    void withoutWaitingOnlyTheId() throws Exception {
        Result result = submit(broker, "--queue", "nobody.listens", "--request-id", "r-2", "-t", "localhost/app", "-o",
                "json", archive);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).isEqualTo("{\"requestId\":\"r-2\"}\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void noBrokerIsOneSentence() throws Exception {
        Result result = submit("tcp://127.0.0.1:" + BuildFailuresIT.freePort(), "-t", "localhost/app", archive);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err().lines()).singleElement().asString().contains("no broker takes the request");
    }

    @Test
    void theWorkerLogsTheRealPort() throws Exception {
        URI readiness = URI.create("http://127.0.0.1:" + said("metrics on http://127.0.0.1:([0-9]+)/") + "/readyz");
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
        assertThat(worker.err().lines().filter(line -> line.contains(": ready: "))).hasSize(1);
    }
}
