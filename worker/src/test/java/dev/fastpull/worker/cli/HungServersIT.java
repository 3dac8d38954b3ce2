package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.UrlPrefix;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.registry.ClientTimeouts;
import dev.fastpull.worker.testing.FaultyProxy;
import dev.fastpull.worker.testing.FaultyProxy.Fault;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.Processes;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers and steps that take a connection, or begin, and then hang. Each build ends in time, and no tag moves. */
class HungServersIT {
    private static final String DOCKERFILE = "FROM scratch\nCOPY act /\n";
    private static final ClientTimeouts PATIENCE = new ClientTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(3),
            Duration.ofSeconds(6), 3, Duration.ofMillis(50));
    private static final TimeLimits LIMITS = new TimeLimits(Duration.ofMinutes(5), Map.of(Phase.FETCH,
            Duration.ofSeconds(3), Phase.BUILD_OCI, Duration.ofSeconds(15), Phase.BUILD_NYDUS, Duration.ofSeconds(15),
            Phase.VERIFY, Duration.ofSeconds(5)));

    @TempDir
    static Path folder;

    private static LocalRegistry registry;
    private static FaultyProxy proxy;
    private static TestServer contexts;
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static RunningWorker worker;

    private final String name = "hung-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.start(RealTools.toolchain(), folder.resolve("registry"));
        proxy = FaultyProxy.start(registry);
        contexts = TestServer.start(HungServersIT::serve);
        worker = RunningWorker.startImpatient(folder, registry,
                ContextConfig.defaults().withAllowed(List.of(UrlPrefix.parse(contexts.url("/")))), LIMITS, PATIENCE);
    }

    @AfterAll
    static void end() throws Exception {
        NEVER.countDown();
        worker.close();
        contexts.close();
        proxy.close();
        registry.close();
    }

    @AfterEach
    void theWorkerIsAsGoodAsBefore() throws Exception {
        proxy.inject(Fault.NONE);
        CompletionEvent event = worker.ask(MessageCodec.encodeRequest(request(DOCKERFILE))).event();
        assertThat(event).isInstanceOf(Succeeded.class);
    }

    private static void serve(TestServer.Request request, OutputStream out)
            throws IOException, InterruptedException {
        if (request.target().equals("/trickle.tar")) {
            TestServer.head(out, "200 OK", "Content-Length: 1000");
            do {
                out.write('a');
                out.flush();
            } while (!NEVER.await(100, TimeUnit.MILLISECONDS));
        } else {
            NEVER.await();
        }
    }

    private BuildRequest request(String dockerfile) throws Exception {
        return BuildRequest.builder(UUID.randomUUID().toString(), proxy.host() + "/" + name + ":v1")
                .context(worker.archive(RunningWorker.withAct())).dockerfileInline(dockerfile).build();
    }

    private BuildRequest request(String dockerfile, String context) {
        return BuildRequest.builder(UUID.randomUUID().toString(), proxy.host() + "/" + name + ":v1")
                .context(contexts.url(context)).dockerfileInline(dockerfile).build();
    }

    private void timesOut(BuildRequest request, Phase phase) throws Exception {
        CompletionEvent event = fails(request, FailureReason.TIMEOUT);
        assertThat(event.report().phases().getLast().name()).isEqualTo(phase);
        assertThat(event.cause().orElseThrow().message()).containsIgnoringCase("the phase " + phase.label());
    }

    private CompletionEvent fails(BuildRequest request, FailureReason reason) throws Exception {
        Ended ended = worker.ask(MessageCodec.encodeRequest(request));
        CompletionEvent event = ended.event();
        assertThat(event.cause().map(CompletionEvent.Failure::reason)).as(ended.body()).contains(reason);
        assertThat(event.report().published()).isEqualTo(Published.NONE);
        assertThat(event.report().images()).isEmpty();
        assertThat(worker.crane().tags(registry.host() + "/" + name)).isEmpty();
        return event;
    }

    @Test
    void aDownloadThatNeverBegins() throws Exception {
        timesOut(request(DOCKERFILE, "/never.tar"), Phase.FETCH);
    }

    @Test
    void aDownloadThatTrickles() throws Exception {
        timesOut(request(DOCKERFILE, "/trickle.tar"), Phase.FETCH);
    }

    @Test
    void aStep() throws Exception {
        timesOut(request(DOCKERFILE + "RUN [\"/act\", \"print\", \"" + name + "\", \"sleep\", \"600\"]\n"),
                Phase.BUILD_OCI);
        assertThat(Processes.running("print " + name)).isEmpty();
    }

    @Test
    void aPush() throws Exception {
        proxy.inject(Fault.HANG, line -> line.startsWith("PUT") && line.contains("/blobs/uploads/"));
        timesOut(request(DOCKERFILE), Phase.BUILD_OCI);
    }

    @Test
    void theSecondPush() throws Exception {
        worker.requester().when("\"phase\":\"build-nydus\"",
                () -> proxy.inject(Fault.HANG, line -> line.startsWith("PUT") && line.contains("/blobs/uploads/")));
        timesOut(request(DOCKERFILE), Phase.BUILD_NYDUS);
    }

    @Test
    void theReadingOfWhatIsCompared() throws Exception {
        proxy.inject(Fault.HANG, line -> line.startsWith("GET") && line.contains("/blobs/"));
        timesOut(request(DOCKERFILE), Phase.VERIFY);
    }

    @Test
    void aLayerThatStopsInItsMiddle() throws Exception {
        proxy.inject(Fault.HANG_MIDWAY, line -> line.startsWith("GET") && line.contains("/blobs/"));
        timesOut(request(DOCKERFILE), Phase.VERIFY);
    }

    @Test
    void theMoveOfATag() throws Exception {
        proxy.inject(Fault.HANG, line -> line.startsWith("PUT") && line.contains("/manifests/v1"));
        timesOut(request(DOCKERFILE), Phase.PUBLISH);
    }

    /** It runs beside the first phases and has no name in the events. */
    @Test
    void theCheckBeforeTheBuild() throws Exception {
        proxy.inject(Fault.HANG, line -> line.startsWith("POST"));
        long begun = System.nanoTime();
        CompletionEvent event = fails(request(DOCKERFILE), FailureReason.REGISTRY_UNAVAILABLE);
        assertThat(event.cause().orElseThrow().message()).contains("did not answer in time");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    }
}
