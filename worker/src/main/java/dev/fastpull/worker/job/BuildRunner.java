package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextStage;
import dev.fastpull.worker.image.Solver;
import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.RegistryClient;
import dev.fastpull.worker.registry.RegistryException;
import dev.fastpull.worker.verify.PairVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs builds to their end: within their time, in a folder of their own, and with one event for whatever comes of it. */
public final class BuildRunner implements Builds {
    private static final Logger LOG = LoggerFactory.getLogger(BuildRunner.class);

    private final BuildPipeline pipeline;
    private final Path workRoot;
    private final String worker;
    private final BuildReport.Builder builder;
    private final TimeLimits limits;
    private final Clock clock;

    /**
     * The stages below, as they run in this worker.
     *
     * @param contexts fetches and unpacks
     * @param solver builds
     * @param registries reaches registries
     * @param dockerConfigs reads the credentials anew for each build
     * @param verifier compares
     * @param retries what is tried again
     */
    public record Stages(ContextStage contexts, Solver solver, RegistryClient registries, DockerConfigs dockerConfigs,
            PairVerifier verifier, Retries retries) {}

    /** Reads Docker's configuration as it is now. */
    @FunctionalInterface
    public interface DockerConfigs {
        /** {@return the configuration}; throws {@link RegistryException} where it cannot be read. */
        DockerConfig read() throws RegistryException;
    }

    /** Where a build is; once it publishes, nothing stops it. */
    private enum State {
        RUNNING, PUBLISHING, STOPPED, CANCELED
    }

    /**
     * A runner.
     *
     * @param stages do the work
     * @param workRoot where builds have their folders
     * @param worker this worker's name
     * @param builder the programs that build
     * @param limits how long builds may take
     * @param clock the time
     */
    public BuildRunner(Stages stages, Path workRoot, String worker, BuildReport.Builder builder,
            TimeLimits limits, Clock clock) {
        this.pipeline = new BuildPipeline(stages);
        this.workRoot = workRoot;
        this.worker = worker;
        this.builder = builder;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public CompletionEvent run(BuildOrder order, Attempt attempt, JobListener listener) throws InterruptedException {
        BuildRequest request = order.request();
        Instant receivedAt = clock.instant();
        var progress = new Progress(limits, clock, listener);
        Failure failure = null;
        try {
            Duration limit = limit(request, receivedAt);
            if (limit != null && !limit.isPositive()) {
                throw new BuildException(FailureReason.EXPIRED, "The request's deadline " + request.deadline()
                        + " had passed before its build began. Send it again with a later one.");
            }
            withinItsTime(order, limit, progress);
        } catch (BuildException e) {
            LOG.info("build failed: {}: {}", e.reason(), e.getMessage());
            failure = new Failure(e.reason(), e.getMessage(), e.exitCode(), e.step(), e.logTail());
        }
        Instant endedAt = clock.instant();
        BuildReport report = progress.report(frame(request, attempt, receivedAt, endedAt));
        var envelope = new Envelope(attempt.eventId(), attempt.source(), request.image().toString(), endedAt);
        return failure == null ? new CompletionEvent.Succeeded(envelope, report) : ended(envelope, report, failure);
    }

    static CompletionEvent ended(Envelope envelope, BuildReport report, Failure failure) {
        return switch (failure.reason().ending()) {
            case REJECTED -> new CompletionEvent.Rejected(envelope, report, failure);
            case FAILED -> new CompletionEvent.Failed(envelope, report, failure);
            case CANCELED -> new CompletionEvent.Canceled(envelope, report, failure);
        };
    }

    private void withinItsTime(BuildOrder order, @Nullable Duration limit, Progress progress)
            throws BuildException, InterruptedException {
        var state = new AtomicReference<>(State.RUNNING);
        try (var build = Alongside.start("build", () -> runInFolder(gated(order, state), progress))) {
            order.cancellation().onRequest(() -> {
                if (state.compareAndSet(State.RUNNING, State.CANCELED)) {
                    build.interrupt();
                }
            });
            await(build, limit, state, progress);
        } catch (RuntimeException e) {
            LOG.error("a defect of the worker ended a build", e);
            throw new BuildException(FailureReason.INTERNAL,
                    "A defect of the worker ended the build; its log has the details.");
        }
    }

    private static void await(Alongside<Published> build, @Nullable Duration limit, AtomicReference<State> state,
            Progress progress) throws BuildException, InterruptedException {
        try {
            build.join(limit);
        } catch (TimeoutException _) {
            stop(build, state);
            if (state.get() == State.STOPPED) {
                throw timeout(limit, progress.current());
            }
            end(build, state, progress);
        } catch (InterruptedException e) {
            stop(build, state);
            if (state.get() == State.STOPPED) {
                throw e;
            }
            end(build, state, progress);
        } catch (BuildException e) {
            throw state.get() == State.CANCELED ? canceled(progress.current()) : e;
        }
    }

    /** The end of a build that was not stopped here: it has published, and its event is the truth, or was canceled. */
    private static void end(Alongside<Published> build, AtomicReference<State> state, Progress progress)
            throws BuildException, InterruptedException {
        if (state.get() == State.CANCELED) {
            throw canceled(progress.current());
        }
        build.join();
    }

    private static BuildException canceled(@Nullable Phase phase) {
        return new BuildException(FailureReason.CANCELED, "The build was canceled on request, "
                + (phase == null ? "before its first phase." : "in the phase " + phase.label() + "."));
    }

    private static BuildOrder gated(BuildOrder order, AtomicReference<State> state) {
        return new BuildOrder(order.request(), order.source(), order.secrets(), order.redelivered(), () -> {
            order.gate().pass();
            if (!state.compareAndSet(State.RUNNING, State.PUBLISHING)) {
                throw new InterruptedException("the build was stopped");
            }
        });
    }

    private Published runInFolder(BuildOrder order, Progress progress) throws BuildException, InterruptedException {
        try (var folder = WorkFolder.create(workRoot)) {
            pipeline.run(order, folder.path(), progress);
            return Published.ALL;
        } catch (IOException e) {
            throw new BuildException(FailureReason.INTERNAL, "The build's folder in " + workRoot + " cannot be made: "
                    + e.getMessage(), e);
        }
    }

    /** Stops the build and waits for its end; once it publishes, that end is near and it is not interrupted. */
    private static void stop(Alongside<?> build, AtomicReference<State> state) {
        if (state.compareAndSet(State.RUNNING, State.STOPPED)) {
            build.close();
        } else {
            build.awaitEnd();
        }
    }

    private static BuildException timeout(@Nullable Duration limit, @Nullable Phase phase) {
        String time = limit == null ? "it may" : limit.toMillis() / 1000.0 + " s that its timeout or deadline left it";
        return new BuildException(FailureReason.TIMEOUT, "The build took longer than the " + time
                + ", and was stopped " + (phase == null ? "before its first phase" : "in the phase " + phase.label())
                + ". Nothing was published. Send it again with more time.");
    }

    private @Nullable Duration limit(BuildRequest request, Instant now) {
        Duration timeout = request.timeout() == null ? limits.build() : request.timeout();
        Instant deadline = request.deadline();
        if (deadline == null) {
            return timeout;
        }
        Duration left = Duration.between(now, deadline);
        return timeout == null || left.compareTo(timeout) < 0 ? left : timeout;
    }

    private BuildReport frame(BuildRequest request, Attempt attempt, Instant receivedAt, Instant endedAt) {
        return new BuildReport(request.requestId(), request.image().toString(), attempt.number(), worker, List.of(),
                null,
                List.of(), attempt.queuedSeconds(receivedAt), seconds(receivedAt, endedAt), null, null, builder, false,
                Published.NONE,
                request.metadata());
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
