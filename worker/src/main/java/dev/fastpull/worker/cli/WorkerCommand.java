package dev.fastpull.worker.cli;

import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.SecretStore;
import dev.fastpull.worker.queue.EmbeddedBroker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fastpull worker}: a member of the pool. */
@Command(
        name = "worker",
        sortOptions = false,
        customSynopsis = "fastpull worker (--broker URL | --embedded-broker [PORT]) [OPTIONS]",
        header = "Takes build requests from a queue until it is told to end.%n",
        description = "On SIGTERM it takes no new request, finishes what it builds or hands it back, and exits with"
                + " 0.%n",
        optionListHeading = "%nOptions:%n",
        footer = {"",
                "Every option has a variable: --max-attempts is FASTPULL_MAX_ATTEMPTS. In a variable, several values"
                        + " have spaces between them. @FILE reads arguments from a file.",
                "The broker's password is FASTPULL_BROKER_PASSWORD or in the file of --broker-password-file;"
                        + " registries' are in Docker's config.json; BUILDKIT_HOST names a buildkitd of yours."})
final class WorkerCommand implements Callable<Integer>, Checked {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);
    private static final long LOOK_AGAIN_MS = 50;

    private final Map<String, String> environment;
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Mixin
    private WorkerOptions options = new WorkerOptions();

    private @Nullable WorkerConfig checked;

    WorkerCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void check(Mistakes mistakes) {
        checked = WorkerConfig.parse(options, environment, mistakes);
    }

    @Override
    public Integer call() throws IOException, InterruptedException, BuildException {
        WorkerConfig config = checked;
        if (config == null) {
            throw new IllegalStateException("check comes first");
        }
        Toolchain toolchain = ToolchainLocation.required(environment);
        toolchain.programs().forEach(program -> LOG.info("{} {}", program.name(), program.describe()));
        config.brokers().notices().forEach(LOG::info);
        try (var folder = StateFolder.lock(config.data().resolve("worker"))) {
            serve(config, toolchain, folder.path());
            return ExitCode.SUCCESS;
        } finally {
            closed.countDown();
        }
    }

    private void serve(WorkerConfig config, Toolchain toolchain, Path folder)
            throws IOException, BuildException, InterruptedException {
        BuildService.Settings settings = config.build(toolchain, folder);
        var http = new InetSocketAddress(config.http().getHostString(), config.http().getPort());
        try (var embedded = embedded(config, folder);
                var service = BuildService.start(settings, environment);
                var worker = QueueWorker.start(config.broker(urls(config, embedded)), service, settings, http,
                        new SecretStore(config.secrets()), config.exit().builds())) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::endInOrder));
            sayWhenReady(worker, config);
            awaitEnd(worker, config.exit());
            LOG.info("ending: no new requests; running builds have {} s to finish", config.grace().toSeconds());
            worker.drain(config.grace());
        }
    }

    /** Waits until the worker is told to end, or has nothing left to do by its own rule. */
    private void awaitEnd(QueueWorker worker, ExitRule rule) throws InterruptedException {
        while (!told.await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS)) {
            Optional<String> why = worker.ending(rule);
            if (why.isPresent()) {
                LOG.info("the worker ends, since {}", why.get());
                finish(worker);
                return;
            }
        }
        LOG.info("told to end");
    }

    /** Whoever ends of its own accord gives a request that came in the last moment all the time that it needs. */
    private void finish(QueueWorker worker) throws InterruptedException {
        boolean waiting = true;
        while (waiting && worker.finishing()) {
            waiting = !told.await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void sayWhenReady(QueueWorker worker, WorkerConfig config) throws InterruptedException {
        while (!told.await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS)) {
            if (worker.connected()) {
                LOG.info("ready: {} slot(s) on queue {}; metrics on http://{}:{}/metrics", config.slots(),
                        config.queue(), config.http().getHostString(), worker.httpAddress().getPort());
                return;
            }
        }
    }

    private static @Nullable EmbeddedBroker embedded(WorkerConfig config, Path folder) throws IOException {
        return config.embeddedPort() == null
                ? null
                : EmbeddedBroker.start(folder.resolve("broker"), config.embeddedPort());
    }

    private static List<URI> urls(WorkerConfig config, @Nullable EmbeddedBroker embedded) {
        return embedded == null ? config.brokers().urls() : List.of(embedded.url());
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
