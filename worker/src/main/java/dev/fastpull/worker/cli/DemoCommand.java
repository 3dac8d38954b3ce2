package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.queue.EmbeddedBroker;
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
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts broker, registry and worker, builds an example, shows the event, and cleans up.")
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "json",
            description = "Print just the event, as JSON, on standard output.")
    private @Nullable String output;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CONTEXT",
            description = "A folder to build instead of the example.",
            defaultValue = "${env:FASTPULL_HOME:-.}/examples/hello")
    private Path context = Path.of("examples/hello");

    DemoCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        Toolchain toolchain = BuildCommand.toolchain(environment);
        try (var folder = new DemoFolder(Files.createTempDirectory("fastpull-demo-"))) {
            return run(folder, toolchain, environment);
        } catch (BuildException | JMSException e) {
            System.err.println("fastpull: " + e.getMessage());
            return ExitCode.INFRASTRUCTURE;
        }
    }

    private int run(DemoFolder folder, Toolchain toolchain, Map<String, String> environment)
            throws IOException, InterruptedException, BuildException, JMSException {
        Path archive = folder.pack(context);
        var settings = new BuildService.Settings(toolchain, folder.path(), RegistryConfig.defaults(),
                ContextConfig.defaults().withFolders(List.of(archive.getParent())), 2L << 30, "demo",
                Duration.ofMinutes(30));
        try (var registry = DemoRegistry.start(toolchain, folder.path().resolve("registry"));
                var broker = EmbeddedBroker.start(folder.path().resolve("broker"), 0);
                var service = BuildService.start(settings, environment);
                var worker = QueueWorker.start(QueueWorker.config(List.of(broker.url()), null, 1, 5), service, settings,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var submission = Submission.connect(broker.url(), null)) {
            say("broker    " + broker.url());
            say("registry  " + registry.host());
            say("metrics   http:/" + worker.httpAddress() + "/metrics");
            BuildRequest request = BuildRequest
                    .builder(UUID.randomUUID().toString(), registry.host() + "/hello:v1")
                    .context(archive.toUri().toString())
                    .verify(VerifyLevel.CONTENT)
                    .build();
            CompletionEvent event = submission.sendAndWait(request, new NewsPrinter(System.err));
            show(event, worker);
            return ExitCode.of(event);
        }
    }

    private void show(CompletionEvent event, QueueWorker worker) {
        if ("json".equals(output)) {
            System.out.println(MessageCodec.encodeEvent(event));
            return;
        }
        System.out.println();
        ResultTable.print(event, System.out, System.err, false);
        System.out.println();
        System.out.println(MessageCodec.encodeEvent(event));
        System.out.println();
        worker.scrape().lines().filter(line -> line.startsWith("fastpull_builds_total") && !line.endsWith(" 0.0"))
                .forEach(System.out::println);
        System.out.println("""

                Next: ./fastpull build -t REGISTRY/NAME:TAG DIR     the pair from a folder of yours
                      ./fastpull worker --embedded-broker           a worker that waits for requests""");
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
