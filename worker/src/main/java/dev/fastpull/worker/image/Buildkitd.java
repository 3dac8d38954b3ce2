package dev.fastpull.worker.image;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.disk.Cache;
import dev.fastpull.worker.disk.Volume;
import dev.fastpull.worker.process.Command;
import dev.fastpull.worker.process.ProcessStarter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buildkitd child: started with this object, started again with a growing delay where it dies, ended with it.
 *
 * <p>It runs in mount and pid namespaces of its own, and the kernel kills it when the thread that started it ends. So
 * nothing of it survives a kill -9 of the worker: no daemon, no runc, no step's process, and no mount was ever on the
 * host. The signal follows the <em>thread</em>, hence one platform thread that lives as long as this object.
 */
public final class Buildkitd implements Builder {
    private static final Logger LOG = LoggerFactory.getLogger(Buildkitd.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(200);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    private static final Duration STABLE_AFTER = Duration.ofMinutes(1);
    private static final Duration ORDERLY_END = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);

    private final BuildkitdConfig config;
    private final Toolchain toolchain;
    private final ProcessStarter starter;
    private final Buildctl buildctl;
    private final Runnable onRestart;
    private final BuildkitdLog log;
    private final StuckConverters converters;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread supervisor;
    private volatile @Nullable Process process;

    private Buildkitd(BuildkitdConfig config, Toolchain toolchain, ProcessStarter starter, Runnable onRestart) {
        this.config = config;
        this.toolchain = toolchain;
        this.starter = starter;
        this.onRestart = onRestart;
        this.buildctl = new Buildctl(toolchain.path("buildctl"), starter);
        this.log = new BuildkitdLog(config.log());
        this.converters = new StuckConverters(config.nydusWorkFolder());
        this.supervisor = Thread.ofPlatform().daemon().name("buildkitd").unstarted(this::supervise);
    }

    /**
     * Starts the daemon. It may not answer yet when this returns: see {@link #awaitReady}.
     *
     * @param config how it is to run
     * @param toolchain where it lies
     * @param starter starts it
     * @param onRestart is told each time that it died and is started again
     * @throws BuildException with {@link FailureReason#BUILDER_UNAVAILABLE} where the machine lacks what it needs
     * @throws IOException where its folder cannot be written
     */
    public static Buildkitd start(BuildkitdConfig config, Toolchain toolchain, ProcessStarter starter,
            Runnable onRestart) throws IOException, BuildException, InterruptedException {
        Prerequisites.check(config.root(), starter);
        Files.createDirectories(config.nydusWorkFolder());
        Files.writeString(config.tomlFile(), config.toml(toolchain.path("runc")));
        if (Files.exists(config.log())) {
            Files.move(config.log(), config.log().resolveSibling("buildkitd.log.1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        var daemon = new Buildkitd(config, toolchain, starter, onRestart);
        daemon.supervisor.start();
        return daemon;
    }

    /** {@return the command that starts it, so that the kernel ends it and all it started with the calling thread} */
    static Command command(BuildkitdConfig config, Toolchain toolchain) {
        return Command.of(List.of("setpriv", "--pdeathsig", "KILL", "--", "unshare", "--mount", "--pid", "--fork",
                "--kill-child=KILL", "--mount-proc", toolchain.path("buildkitd"), "--config",
                config.tomlFile().toString()))
                .with("NYDUS_BUILDER", toolchain.path("nydus-image"))
                .with("NYDUS_WORKDIR", config.nydusWorkFolder().toString())
                .logTo(config.log());
    }

    @Override
    public String address() {
        return config.address();
    }

    @Override
    public boolean ready() throws InterruptedException {
        Process current = process;
        return current != null && current.isAlive() && Files.exists(config.socket()) && buildctl.answers(address());
    }

    /** {@return the daemon's process: the one that was started is unshare's, and the daemon is its child} */
    Optional<ProcessHandle> daemon() {
        Process current = process;
        return current == null ? Optional.empty() : current.children().findFirst();
    }

    @Override
    public long logMark() {
        return log.mark();
    }

    @Override
    public Optional<String> conversionError(long mark) {
        return log.conversionError(mark);
    }

    @Override
    public Optional<Volume> volume() {
        return Optional.of(Volume.of(config.root()));
    }

    @Override
    public Cache cache() {
        return new BuildkitCache(address(), buildctl);
    }

    /**
     * Waits until it answers.
     *
     * @param limit how long to wait
     * @throws BuildException with {@link FailureReason#BUILDER_UNAVAILABLE} where it does not within the limit
     */
    public void awaitReady(Duration limit) throws BuildException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!ready()) {
            if (System.nanoTime() > end || closing.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new BuildException(FailureReason.BUILDER_UNAVAILABLE, "buildkitd does not answer. Its log is "
                        + config.log() + log.lastLine().map(": "::concat).orElse("."));
            }
        }
    }

    /** Ends the daemon and all that it runs, orderly where it can within ten seconds. */
    @Override
    public void close() {
        closing.countDown();
        try {
            supervisor.join();
        } catch (InterruptedException _) {
            Process current = process;
            if (current != null) {
                current.destroyForcibly();
            }
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() {
        Duration delay = FIRST_DELAY;
        boolean closed = false;
        while (!closed) {
            long startedAt = System.nanoTime();
            closed = runOnce();
            if (!closed) {
                onRestart.run();
                delay = System.nanoTime() - startedAt > STABLE_AFTER.toNanos() ? FIRST_DELAY : delay;
                LOG.warn("buildkitd ended by itself; it is started again in {} ms; its log is {}", delay.toMillis(),
                        config.log());
                closed = closesWithin(delay);
                delay = delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0 ? delay.multipliedBy(2) : LONGEST_DELAY;
            }
        }
    }

    /** Runs the daemon until it ends; {@return whether that was since this object is being closed}. */
    private boolean runOnce() {
        BuildkitLeftovers.sweep(config);
        try {
            Process started = starter.start(command(config, toolchain));
            process = started;
            LOG.info("buildkitd starts as process {}", started.pid());
            long lookedAt = System.nanoTime();
            while (started.isAlive()) {
                if (closesWithin(POLL)) {
                    end(started);
                } else if (System.nanoTime() - lookedAt > BETWEEN_LOOKS.toNanos()) {
                    daemon().ifPresent(converters::end);
                    lookedAt = System.nanoTime();
                }
            }
        } catch (IOException e) {
            LOG.error("buildkitd cannot be started: {}", e.getMessage());
        }
        BuildkitLeftovers.sweep(config);
        return closing.getCount() == 0;
    }

    private boolean closesWithin(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            return true;
        }
    }

    private void end(Process unshare) {
        daemon().ifPresent(ProcessHandle::destroy);
        try {
            if (!unshare.waitFor(ORDERLY_END.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("buildkitd did not end within {} s and is killed", ORDERLY_END.toSeconds());
                unshare.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            unshare.destroyForcibly();
        }
    }
}
