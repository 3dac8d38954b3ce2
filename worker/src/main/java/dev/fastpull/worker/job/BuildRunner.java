package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.CompletionEvent.Succeeded;
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
import java.util.function.Supplier;
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

    /** Where a build is. Its time counts until it is at the gate, and once it publishes nothing stops it. */
    private enum State {
        RUNNING, AT_THE_GATE, PUBLISHING, STOPPED, CANCELED
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
        Instant receivedAt = clock.instant();
        Progress progress = order.begun() == null
                ? new Progress(limits, clock, listener)
                : Progress.of(order.begun().report(), limits, clock, listener);
        Supplier<Succeeded> success = () -> success(order, attempt, receivedAt, progress);
        try {
            withinItsTime(order, limit(order, receivedAt), progress, success);
            return success.get();
        } catch (BuildException e) {
            LOG.info("build failed: {}: {}", e.reason(), e.getMessage());
            Succeeded frame = success.get();
            return ended(frame.envelope(), frame.report(),
                    new Failure(e.reason(), e.getMessage(), e.exitCode(), e.step(), e.logTail()));
        }
    }

    /** {@return the event of success, with as much as is known by now} */
    private Succeeded success(BuildOrder order, Attempt attempt, Instant receivedAt, Progress progress) {
        Instant now = clock.instant();
        String image = order.request().image().toString();
        BuildReport frame = order.begun() == null
                ? new BuildReport(order.request().requestId(), image, attempt.number(), worker, List.of(), null,
                        List.of(), attempt.queuedSeconds(receivedAt), seconds(receivedAt, now), null, null, builder,
                        false, Published.NONE, order.request().metadata())
                : order.begun().report();
        return new Succeeded(new Envelope(attempt.eventId(), attempt.source(), image, now), progress.report(frame));
    }

    static CompletionEvent ended(Envelope envelope, BuildReport report, Failure failure) {
        return switch (failure.reason().ending()) {
            case REJECTED -> new CompletionEvent.Rejected(envelope, report, failure);
            case FAILED -> new CompletionEvent.Failed(envelope, report, failure);
            case CANCELED -> new CompletionEvent.Canceled(envelope, report, failure);
        };
    }

    private void withinItsTime(BuildOrder order, @Nullable Duration limit, Progress progress,
            Supplier<Succeeded> success) throws BuildException, InterruptedException {
        var state = new AtomicReference<>(State.RUNNING);
        var gate = new Gate(order.claim(), state, success);
        try (var build = Alongside.start("build", () -> runInFolder(order, progress, gate))) {
            if (order.begun() == null) {
                order.cancellation().onRequest(() -> {
                    if (ends(state, State.CANCELED)) {
                        build.interrupt();
                    }
                });
            }
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
            if (state.compareAndSet(State.RUNNING, State.STOPPED)) {
                build.close();
                throw timeout(limit, progress.current());
            }
            await(build, null, state, progress);
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

    /**
     * Stands between building and publishing.
     *
     * @param claim asked first; it may take its time
     * @param state what the build is doing
     * @param success the event, as it will be
     */
    private record Gate(Claim claim, AtomicReference<State> state, Supplier<Succeeded> success)
            implements
                BuildPipeline.Gate {
        @Override
        public void pass(boolean told) throws InterruptedException {
            go(State.RUNNING, State.AT_THE_GATE);
            if (told) {
                claim.check();
            } else {
                claim.begin(success.get());
            }
            go(State.AT_THE_GATE, State.PUBLISHING);
        }

        private void go(State from, State to) throws InterruptedException {
            if (!state.compareAndSet(from, to)) {
                throw new InterruptedException("the build was stopped");
            }
        }

        @Override
        public void check() throws InterruptedException {
            claim.check();
        }
    }

    /** {@return whether the build could still be stopped, and so comes to this end now} */
    private static boolean ends(AtomicReference<State> state, State end) {
        return state.compareAndSet(State.RUNNING, end) || state.compareAndSet(State.AT_THE_GATE, end);
    }

    private Published runInFolder(BuildOrder order, Progress progress, Gate gate)
            throws BuildException, InterruptedException {
        try (var folder = WorkFolder.create(workRoot)) {
            pipeline.run(order, folder.path(), progress, gate);
            return Published.ALL;
        } catch (IOException e) {
            throw WorkerFiles.failure("The build's folder in " + workRoot + " cannot be made", e);
        }
    }

    /** Stops the build and waits for its end; once it publishes, that end is near and it is not interrupted. */
    private static void stop(Alongside<?> build, AtomicReference<State> state) {
        if (ends(state, State.STOPPED)) {
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

    /** {@return how long the build may take; null for as long as it likes, as for one that only has to be published} */
    private @Nullable Duration limit(BuildOrder order, Instant now) throws BuildException {
        if (order.begun() != null) {
            return null;
        }
        Duration limit = limit(order.request(), now);
        if (limit != null && !limit.isPositive()) {
            throw new BuildException(FailureReason.EXPIRED, "The request's deadline " + order.request().deadline()
                    + " had passed before its build began. Send it again with a later one.");
        }
        return limit;
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

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
