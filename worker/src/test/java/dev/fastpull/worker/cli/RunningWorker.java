package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.RequestBuilder;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.TarBuilder;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.queue.EmbeddedBroker;
import dev.fastpull.worker.registry.ClientTimeouts;
import dev.fastpull.worker.registry.RegistryConfig;
import dev.fastpull.worker.testing.Act;
import dev.fastpull.worker.testing.CapturedLog;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A worker with everything around it, all of it real: broker, buildkitd, nydus-image and registry. It sends a request,
 * and looks at everything that anybody hears or sees of it afterwards.
 */
final class RunningWorker implements AutoCloseable {
    private static final TimeLimits TWO_MINUTES = TimeLimits.usual(Duration.ofMinutes(2));

    private final Path folder;
    private final Toolchain toolchain;
    private final LocalRegistry registry;
    private final @Nullable LocalRegistry own;
    private final Crane crane;
    private final CapturedLog log = CapturedLog.start();
    private final EmbeddedBroker broker;
    private final BuildService service;
    private final QueueWorker worker;
    private final Requester requester;
    private final List<String> secrets = new CopyOnWriteArrayList<>();

    private RunningWorker(Path folder, LocalRegistry registry, @Nullable LocalRegistry own, ContextConfig contexts,
            Map<String, String> environment, TimeLimits limits, ClientTimeouts patience) throws Exception {
        this.folder = folder;
        this.toolchain = RealTools.toolchain();
        this.registry = registry;
        this.own = own;
        this.crane = Crane.of(toolchain, registry, folder.resolve("crane"));
        this.broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var settings = new BuildService.Settings(toolchain, folder.resolve("worker"), RegistryConfig.defaults(),
                contexts.withFolders(List.of(folder)), 1L << 30, "tested", limits);
        this.service = BuildService.start(settings, environment,
                List.of(Duration.ofMillis(10)), patience);
        this.worker = QueueWorker.start(QueueWorker.config(List.of(broker.url()), null, 1, 5), service, settings,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.requester = new Requester(broker.url());
    }

    /** {@return a worker with a registry that asks for no password, and contexts from files below {@code folder}} */
    static RunningWorker start(Path folder) throws Exception {
        return start(folder, ContextConfig.defaults());
    }

    /** {@return the same, with other rules for contexts} */
    static RunningWorker start(Path folder, ContextConfig contexts) throws Exception {
        LocalRegistry own = LocalRegistry.start(RealTools.toolchain(), folder.resolve("registry"));
        return new RunningWorker(folder, own, own, contexts, Map.of(), TWO_MINUTES, ClientTimeouts.defaults());
    }

    /** {@return a worker for this registry, which is not closed with it} */
    static RunningWorker start(Path folder, LocalRegistry registry, ContextConfig contexts,
            Map<String, String> environment) throws Exception {
        return new RunningWorker(folder, registry, null, contexts, environment, TWO_MINUTES,
                ClientTimeouts.defaults());
    }

    /** {@return a worker for this registry, which is not closed with it, with less patience than usual} */
    static RunningWorker startImpatient(Path folder, LocalRegistry registry, ContextConfig contexts, TimeLimits limits,
            ClientTimeouts patience) throws Exception {
        return new RunningWorker(folder, registry, null, contexts, Map.of(), limits, patience);
    }

    /** {@return a folder for whatever a test makes} */
    Path folder() {
        return folder;
    }

    Toolchain toolchain() {
        return toolchain;
    }

    LocalRegistry registry() {
        return registry;
    }

    Crane crane() {
        return crane;
    }

    Requester requester() {
        return requester;
    }

    /** Words that nobody may ever hear of: checked in all that was said, with each answer and in the end. */
    void keepsSecret(String... words) {
        secrets.addAll(List.of(words));
    }

    /** {@return the name of an image in the registry} */
    String image(String repository, String tag) {
        return registry.host() + "/" + repository + ":" + tag;
    }

    /** {@return a request for {@code repository:v1} under a new id} */
    RequestBuilder request(String repository) {
        return BuildRequest.builder(UUID.randomUUID().toString(), image(repository, "v1"));
    }

    /** {@return the same, from a context with the program {@code act} alone, and with these lines as its Dockerfile} */
    RequestBuilder request(String repository, String dockerfile) throws IOException {
        return request(repository).context(archive(withAct())).dockerfileInline(dockerfile);
    }

    /** {@return the beginning of a context with the program {@code act}} */
    static TarBuilder withAct() throws IOException {
        return new TarBuilder().entry('0', "act", "", 0755, Act.program());
    }

    /** {@return the URL of a file that the worker may read} */
    String archive(TarBuilder tar) throws IOException {
        return archive(tar.end());
    }

    /** {@return the URL of a file that the worker may read} */
    String archive(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "context", ".archive"), bytes).toUri().toString();
    }

    /** {@return a file of an OCI image in the registry, as crane brings it} */
    byte[] file(String image, String path) throws IOException, InterruptedException {
        Path tar = Files.createTempFile(folder, "image", ".tar");
        Files.delete(tar);
        crane.save(tar, "export", image, "-");
        return NydusFiles.entry(Files.newInputStream(tar), path);
    }

    /** {@return what became of a request that succeeds} */
    Ended succeeds(BuildRequest request) throws Exception {
        Ended ended = ask(MessageCodec.encodeRequest(request));
        assertThat(ended.event()).as(ended.body()).isInstanceOf(Succeeded.class);
        return ended;
    }

    /** {@return why a request failed, after no tag of its repository moved} */
    Failure fails(BuildRequest request, FailureReason reason) throws Exception {
        return failed(request, reason).event().cause().orElseThrow();
    }

    /** {@return what became of a request that fails, after no tag of its repository moved} */
    Ended failed(BuildRequest request, FailureReason reason) throws Exception {
        Map<String, String> before = crane.tags(request.image().name());
        Ended ended = ask(MessageCodec.encodeRequest(request));
        CompletionEvent event = ended.event();
        assertThat(event.cause().map(Failure::reason)).as(ended.body()).contains(reason);
        assertThat(event.report().images()).isEmpty();
        assertThat(event.report().published()).isEqualTo(Published.NONE);
        assertThat(crane.tags(request.image().name())).isEqualTo(before);
        return ended;
    }

    /** {@return what became of the message}, after there was one event, an equal reply, and no file left behind. */
    Ended ask(String request) throws Exception {
        Ended ended = requester.ask(request);
        assertThat(ended.reply()).isEqualTo(ended.body());
        try (Stream<Path> left = Files.list(folder.resolve("worker/work"))) {
            assertThat(left).isEmpty();
        }
        assertSecretsKept(ended.body());
        return ended;
    }

    private void assertSecretsKept(String said) {
        assertThat(secrets).allSatisfy(secret -> assertThat(said).doesNotContain(secret));
    }

    @Override
    public void close() throws IOException, JMSException {
        try (own; broker; service; log) {
            worker.close();
            String said = String.join("\n", requester.progress()) + log.text() + worker.scrape()
                    + Files.readString(folder.resolve("worker/buildkit/buildkitd.log"));
            requester.close();
            assertSecretsKept(said);
            assertThat(requester.unexpected()).isEmpty();
        }
    }
}
