package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.ContextStage;
import dev.fastpull.worker.disk.DiskGuard;
import dev.fastpull.worker.disk.DiskSizes;
import dev.fastpull.worker.disk.DiskWatch;
import dev.fastpull.worker.disk.Size;
import dev.fastpull.worker.image.Builder;
import dev.fastpull.worker.image.Buildctl;
import dev.fastpull.worker.image.CacheWatch;
import dev.fastpull.worker.image.Buildkitd;
import dev.fastpull.worker.image.BuildkitdConfig;
import dev.fastpull.worker.image.RemoteBuilder;
import dev.fastpull.worker.image.Solver;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.BuildRunner;
import dev.fastpull.worker.job.Retries;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.metrics.BuildMetrics;
import dev.fastpull.worker.verify.ListingCache;
import dev.fastpull.worker.verify.NydusImageProgram;
import dev.fastpull.worker.verify.PairVerifier;
import dev.fastpull.worker.process.ProcessStarter;
import dev.fastpull.worker.registry.BuildkitdRegistries;
import dev.fastpull.worker.registry.CaBundle;
import dev.fastpull.worker.registry.ToolEnvironment;
import java.nio.file.Files;
import dev.fastpull.worker.registry.ClientTimeouts;
import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.RegistryClient;
import dev.fastpull.worker.registry.RegistryConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything that a build needs, put together and running: the daemon, the connections, the stages. */
final class BuildService implements AutoCloseable {
    private static final Duration DAEMON_STARTS_WITHIN = Duration.ofSeconds(30);
    /** Some 100 bytes for each file of every layer that is still in use. */
    private static final long LISTINGS_BYTES = 512L << 20;

    private final Builder daemon;
    private final Buildctl buildctl;
    private final Hearer hearer;
    private final AtomicReference<@Nullable CacheWatch> cacheWatch = new AtomicReference<>();
    private final ContextStage contexts;
    private final RegistryClient registries;
    private final PairVerifier verifier;
    private final DiskWatch disk;
    private final BuildRunner runner;

    /**
     * What a service is made of.
     *
     * @param toolchain the native programs
     * @param folder a folder that no other process uses
     * @param registries how registries are reached
     * @param contexts where contexts may come from
     * @param disk how much of the folder's disk is for BuildKit's cache, and how much is kept free
     * @param worker this worker's name
     * @param limits how long builds may take
     */
    record Settings(Toolchain toolchain, Path folder, RegistryConfig registries, ContextConfig contexts,
            DiskSizes disk, String worker, TimeLimits limits) {

        /** The same with so many bytes for the cache, and as much kept free as by default. */
        Settings(Toolchain toolchain, Path folder, RegistryConfig registries, ContextConfig contexts, long cacheBytes,
                String worker, TimeLimits limits) {
            this(toolchain, folder, registries, contexts, new DiskSizes(null, new Size(cacheBytes, false)), worker,
                    limits);
        }
    }

    /** The metrics, which come after the service: they say of it whether it is ready. */
    private static final class Hearer {
        private final AtomicReference<@Nullable BuildMetrics> metrics = new AtomicReference<>();

        void tell(Consumer<BuildMetrics> news) {
            BuildMetrics known = metrics.get();
            if (known != null) {
                news.accept(known);
            }
        }
    }

    private BuildService(Builder daemon, Buildctl buildctl, Hearer hearer, ContextStage contexts,
            RegistryClient registries,
            PairVerifier verifier, DiskWatch disk, BuildRunner runner) {
        this.daemon = daemon;
        this.buildctl = buildctl;
        this.hearer = hearer;
        this.contexts = contexts;
        this.registries = registries;
        this.verifier = verifier;
        this.disk = disk;
        this.runner = runner;
    }

    /**
     * Starts a service and waits until its daemon answers.
     *
     * @throws BuildException with BUILDER_UNAVAILABLE where it does not
     * @throws IOException where its folder cannot be used
     */
    static BuildService start(Settings settings, Map<String, String> environment)
            throws IOException, BuildException, InterruptedException {
        return start(settings, environment, Retries.PAUSES, ClientTimeouts.defaults());
    }

    /** As above, with other pauses before what failed is tried again, and other patience with registries. */
    static BuildService start(Settings settings, Map<String, String> environment, List<Duration> pauses,
            ClientTimeouts patience)
            throws IOException, BuildException, InterruptedException {
        Toolchain toolchain = settings.toolchain();
        Leftovers.sweep(settings.folder());
        ServiceDisk disk = ServiceDisk.of(settings.folder(), settings.disk());
        disk.prepare();
        Map<String, String> variables = toolEnvironment(settings);
        // buildctl runs credential helpers, which are found and configured by the same variables as here.
        var buildctl = new Buildctl(toolchain.path("buildctl"), ProcessStarter.system().with(environment)
                .with(variables));
        var hearer = new Hearer();
        Builder daemon = daemon(settings, disk, buildctl, ProcessStarter.system().with(variables),
                environment,
                () -> hearer.tell(BuildMetrics::builderRestarted));
        DiskWatch watch = watch(disk, daemon);
        var contexts = new ContextStage(settings.contexts());
        var registries = new RegistryClient(settings.registries(), patience, Clock.systemUTC());
        Path home = Path.of(System.getProperty("user.home"));
        var verifier = new PairVerifier(new NydusImageProgram(toolchain.program("nydus-image").path()),
                new ListingCache(settings.folder().resolve("listings"), LISTINGS_BYTES, Clock.systemUTC()),
                settings.folder().resolve("verify"), Runtime.getRuntime().availableProcessors());
        var stages = new BuildRunner.Stages(contexts, new Solver(daemon, buildctl), registries,
                () -> DockerConfig.read(environment, home), verifier,
                new Retries(pauses, reason -> {
                    hearer.tell(metrics -> metrics.retried(reason));
                    if (reason == FailureReason.DISK_FULL) {
                        watch.guard().makeRoom();
                    }
                }));
        var programs = new BuildReport.Builder(Versions.worker(), toolchain.program("buildkitd").version(),
                toolchain.program("nydus-image").describe());
        return new BuildService(daemon, buildctl, hearer, contexts, registries, verifier, watch,
                new BuildRunner(stages, settings.folder().resolve("work"),
                        settings.worker(), programs, settings.limits(), Clock.systemUTC()));
    }

    private static Map<String, String> toolEnvironment(Settings settings) throws IOException {
        Path authorities = Files.createDirectories(settings.folder()).resolve("authorities.pem");
        CaBundle.write(settings.registries(), authorities);
        return ToolEnvironment.variables(settings.registries(), authorities, null);
    }

    private static Builder daemon(Settings settings, ServiceDisk disk, Buildctl buildctl, ProcessStarter starter,
            Map<String, String> environment, Runnable restarts)
            throws IOException, BuildException, InterruptedException {
        String host = environment.get("BUILDKIT_HOST");
        if (host != null && !host.isBlank()) {
            return new RemoteBuilder(host, buildctl);
        }
        var config = new BuildkitdConfig(settings.folder().resolve("buildkit"), disk.limits().cache(),
                disk.daemonMinFree(), BuildkitdRegistries.toml(settings.registries()));
        var daemon = Buildkitd.start(config, settings.toolchain(), starter, restarts);
        try {
            daemon.awaitReady(DAEMON_STARTS_WITHIN);
            return daemon;
        } catch (BuildException | InterruptedException e) {
            daemon.close();
            throw e;
        }
    }

    private static DiskWatch watch(ServiceDisk disk, Builder daemon) throws InterruptedException {
        try {
            return disk.watch(daemon);
        } catch (InterruptedException e) {
            daemon.close();
            throw e;
        }
    }

    /** {@return what knows whether there is space for another build} */
    DiskGuard diskGuard() {
        return disk.guard();
    }

    boolean answers() {
        try {
            return daemon.ready();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** From now on tells the metrics of retries, the daemon and its cache; to be called once. */
    void tell(BuildMetrics metrics) {
        hearer.metrics.set(metrics);
        cacheWatch.set(CacheWatch.start(daemon, buildctl, metrics::builderCache));
    }

    BuildRunner runner() {
        return runner;
    }

    @Override
    public void close() {
        CacheWatch watch = cacheWatch.get();
        if (watch != null) {
            watch.close();
        }
        disk.close();
        daemon.close();
        verifier.close();
        contexts.close();
        registries.close();
    }
}
