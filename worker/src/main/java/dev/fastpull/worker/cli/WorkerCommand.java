package dev.fastpull.worker.cli;

import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.UrlPrefix;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.queue.BrokerUrls;
import dev.fastpull.worker.queue.Credentials;
import dev.fastpull.worker.queue.EmbeddedBroker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fastpull worker}: a member of the pool. */
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Takes build requests from a queue until it is told to end.")
final class WorkerCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);

    @ArgGroup(multiplicity = "1")
    private BrokerChoice broker = new BrokerChoice();

    /** A broker of somebody's, or one in this process. */
    static final class BrokerChoice {
        @Option(
                names = "--broker",
                paramLabel = "URL",
                split = " ",
                description = "The broker, such as tcp://broker:61616. May be repeated: they are tried in turn.")
        private List<String> urls = new ArrayList<>();

        @Option(
                names = "--embedded-broker",
                paramLabel = "PORT",
                arity = "0..1",
                fallbackValue = "61616",
                description = "Run a broker in this process, on 127.0.0.1 only (default port: ${FALLBACK-VALUE}).")
        private @Nullable Integer port;

        BrokerChoice() {}
    }

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "${env:FASTPULL_SLOTS:-1}",
            description = "How many builds run at a time (default: 1).")
    private int slots = 1;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often a request is delivered before it fails (default: ${DEFAULT-VALUE}).")
    private int maxAttempts = 5;

    @Option(
            names = "--context-allow",
            paramLabel = "URL_PREFIX",
            description = "Fetch contexts below this prefix, whatever its scheme and address. May be repeated.")
    private List<String> contextAllow = new ArrayList<>();

    @Option(
            names = "--context-folder",
            paramLabel = "DIR",
            description = "Take contexts by file: URL from below this folder. May be repeated.")
    private List<Path> contextFolders = new ArrayList<>();

    @Option(
            names = "--context-credentials",
            paramLabel = "DIR",
            description = "The folder with headers and passwords for contexts, by URL prefix.")
    private @Nullable Path contextCredentials;

    @Mixin
    private RegistryOptions registries = new RegistryOptions();

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where cache and queue are kept (default: /var/lib/fastpull).",
            defaultValue = "${env:FASTPULL_DATA:-/var/lib/fastpull}")
    private Path data = Path.of("/var/lib/fastpull");

    @Option(
            names = "--cache-size",
            paramLabel = "GIB",
            defaultValue = "20",
            description = "How large the build cache may grow, in GiB (default: ${DEFAULT-VALUE}).")
    private int cacheGib = 20;

    @Option(
            names = "--http",
            paramLabel = "ADDR:PORT",
            defaultValue = "${env:FASTPULL_HTTP:-127.0.0.1:9464}",
            description = "Where /metrics, /livez and /readyz are served (default: 127.0.0.1:9464).")
    private String http = "127.0.0.1:9464";

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            defaultValue = "PT30S",
            description = "On SIGTERM, how long running builds may take before they are handed back (default: ${DEFAULT-VALUE}).")
    private Duration grace = Duration.ofSeconds(30);

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "How long a build may take that does not say (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofHours(1);

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    WorkerCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        Toolchain toolchain = BuildCommand.toolchain(environment);
        toolchain.programs().forEach(program -> LOG.info("{} {}", program.name(), program.describe()));
        try (var folder = StateFolder.lock(data.resolve("worker"))) {
            serve(settings(toolchain, folder.path(), environment), environment);
            return ExitCode.SUCCESS;
        } catch (BuildException e) {
            System.err.println("fastpull: " + e.getMessage());
            return ExitCode.INFRASTRUCTURE;
        } finally {
            closed.countDown();
        }
    }

    private void serve(BuildService.Settings settings, Map<String, String> environment)
            throws IOException, BuildException, InterruptedException {
        try (var embedded = embedded(settings.folder());
                var service = BuildService.start(settings, environment);
                var worker = QueueWorker.start(
                        QueueWorker.config(urls(embedded), credentials(environment), slots, maxAttempts),
                        service, settings, httpAddress())) {
            LOG.info("ready for requests; metrics on http://{}/metrics", http);
            runUntilTold(worker);
        }
    }

    private BuildService.Settings settings(Toolchain toolchain, Path folder, Map<String, String> environment) {
        ContextConfig contexts = ContextConfig.defaults().withFolders(contextFolders)
                .withCredentials(contextCredentials)
                .withAllowed(contextAllow.stream().map(UrlPrefix::parse).toList());
        return new BuildService.Settings(toolchain, folder, registries.config(environment), contexts,
                (long) cacheGib << 30, name(environment), timeout);
    }

    private @Nullable EmbeddedBroker embedded(Path folder) throws IOException {
        return broker.port == null ? null : EmbeddedBroker.start(folder.resolve("broker"), broker.port);
    }

    private List<URI> urls(@Nullable EmbeddedBroker embedded) {
        if (embedded != null) {
            return List.of(embedded.url());
        }
        BrokerUrls parsed = BrokerUrls.parse(broker.urls);
        parsed.notices().forEach(LOG::info);
        return parsed.urls();
    }

    private InetSocketAddress httpAddress() {
        int colon = http.lastIndexOf(':');
        if (colon < 1 || !http.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new UsageException("--http " + http + ": write ADDR:PORT, as in 127.0.0.1:9464.");
        }
        return new InetSocketAddress(http.substring(0, colon), Integer.parseInt(http.substring(colon + 1)));
    }

    private static String name(Map<String, String> environment) {
        return environment.getOrDefault("HOSTNAME", "worker") + "-" + ProcessHandle.current().pid();
    }

    static @Nullable Credentials credentials(Map<String, String> environment) throws IOException {
        String user = environment.get("FASTPULL_BROKER_USER");
        String file = environment.get("FASTPULL_BROKER_PASSWORD_FILE");
        String password = file == null
                ? environment.getOrDefault("FASTPULL_BROKER_PASSWORD", "")
                : Files.readString(Path.of(file)).strip();
        return user == null ? null : new Credentials(user, password);
    }

    private void runUntilTold(QueueWorker worker) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endInOrder));
        told.await();
        LOG.info("told to end: no new requests; running builds have {} to finish", grace);
        worker.drain(grace);
    }

    /** SIGTERM makes Java end with 143 once its hooks are done; a worker that drained ends with 0, hence the halt. */
    private void endInOrder() {
        told.countDown();
        try {
            closed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.SUCCESS);
    }
}
