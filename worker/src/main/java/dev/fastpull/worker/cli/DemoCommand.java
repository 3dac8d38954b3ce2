package dev.fastpull.worker.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.disk.DiskSizes;
import dev.fastpull.worker.disk.Size;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.queue.EmbeddedBroker;
import dev.fastpull.worker.queue.Failures;
import dev.fastpull.worker.registry.RegistryConfig;
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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fastpull demo}: the whole service for one request, in a private folder and on free ports. */
@Command(
        name = "demo",
        sortOptions = false,
        header = "Starts broker, registry and worker, builds an example, shows the event, and cleans up.%n",
        customSynopsis = "fastpull demo [OPTIONS] [CONTEXT]",
        optionListHeading = "%nOptions:%n")
final class DemoCommand implements Callable<Integer>, Checked {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    /** Nobody waits for space here: what there is must do. */
    private static final DiskSizes DISK = new DiskSizes(Size.parse("0GiB"), Size.parse("2GiB"));

    private final Map<String, String> environment;

    @Option(names = {"-o", "--output"}, paramLabel = "json", description = "Print just the event on standard output.")
    private @Nullable OutputFormat output;

    @Option(
            names = "--progress",
            paramLabel = "auto|plain|json|quiet",
            defaultValue = "auto",
            description = "What is told meanwhile, on standard error (default: ${DEFAULT-VALUE}).")
    private ProgressStyle progress = ProgressStyle.AUTO;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CONTEXT",
            description = "A folder to build instead of the example.")
    private @Nullable Path context;

    DemoCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void check(Mistakes mistakes) {
        if (!Files.isRegularFile(context().resolve("Dockerfile"))) {
            mistakes.add(Files.isDirectory(context())
                    ? "Dockerfile not found: " + context().resolve("Dockerfile")
                    : "Build context path does not exist: " + context());
        }
    }

    private Path context() {
        return context == null
                ? Path.of(environment.getOrDefault("FASTPULL_HOME", "."), "examples", "hello")
                : context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, BuildException {
        Toolchain toolchain = ToolchainLocation.required(environment);
        try (var end = OrderlyEnd.ofThisThread();
                var folder = new DemoFolder(Files.createTempDirectory("fastpull-demo-"))) {
            return run(folder, toolchain, end);
        }
    }

    private int run(DemoFolder folder, Toolchain toolchain, OrderlyEnd end) throws IOException, BuildException {
        try {
            return run(folder, toolchain);
        } catch (JMSException e) {
            say("fastpull: " + Failures.inOneLine(e));
            return ExitCode.INFRASTRUCTURE;
        } catch (InterruptedException _) {
            say("fastpull: interrupted: " + (end.told() ? "all that was started is stopped again" : "stopped"));
            return ExitCode.INTERRUPTED;
        }
    }

    private int run(DemoFolder folder, Toolchain toolchain)
            throws IOException, InterruptedException, BuildException, JMSException {
        Path archive = folder.pack(context());
        var settings = new BuildService.Settings(toolchain, folder.path(), RegistryConfig.defaults(),
                ContextConfig.defaults().withFolders(List.of(archive.getParent())), DISK, "demo",
                TimeLimits.usual(LONGEST));
        try (var registry = DemoRegistry.start(toolchain, folder.path().resolve("registry"));
                var broker = EmbeddedBroker.start(folder.path().resolve("broker"), 0);
                var service = BuildService.start(settings, environment);
                var worker = QueueWorker.start(QueueWorker.config(List.of(broker.url()), null, 1, 5), service, settings,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            say("broker    " + broker.url());
            say("registry  " + registry.host());
            say("metrics   http:/" + worker.httpAddress() + "/metrics");
            BuildRequest request = BuildRequest
                    .builder(UUID.randomUUID().toString(), registry.host() + "/hello:v1")
                    .context(archive.toUri().toString())
                    .verify(VerifyLevel.CONTENT)
                    .build();
            CompletionEvent event = built(request, broker);
            show(event, worker);
            worker.drain(DRAIN);
            return ExitCode.of(event);
        }
    }

    private CompletionEvent built(BuildRequest request, EmbeddedBroker broker)
            throws JMSException, InterruptedException, BuildException {
        var submission = new Submission(List.of(broker.url()), null, Destinations.REQUESTS, DemoCommand::say);
        try (BuildView view = progress.open(environment)) {
            return submission.sendAndWait(request, LONGEST.plus(DRAIN), view)
                    .orElseThrow(() -> new BuildException(FailureReason.INTERNAL, "The demo's event did not come."));
        }
    }

    private void show(CompletionEvent event, QueueWorker worker) throws IOException {
        boolean tail = !progress.showsOutput(environment);
        if (output == OutputFormat.JSON) {
            new Outcome(output, false, tail).print(event, System.out, System.err);
            return;
        }
        System.out.println();
        new Outcome(null, false, tail).print(event, System.out, System.err);
        System.out.println();
        var json = new ObjectMapper();
        System.out.println(json.readTree(MessageCodec.encodeEvent(event)).toPrettyString());
        System.out.println();
        worker.scrape().lines().filter(line -> line.startsWith("fastpull_builds_total") && !line.endsWith(" 0.0"))
                .forEach(System.out::println);
        System.out.println("""

                Next: ./fastpull build -t REGISTRY/NAME:TAG DIR     the pair from a folder of yours
                      ./fastpull worker --embedded-broker           a worker that waits for requests
                      ./fastpull submit --broker tcp://127.0.0.1:61616 -t REGISTRY/NAME:TAG --wait URL""");
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
