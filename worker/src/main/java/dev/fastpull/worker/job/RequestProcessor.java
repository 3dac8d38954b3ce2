package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.Decoded;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.Platform;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.queue.Answer;
import dev.fastpull.worker.queue.CancelHandler;
import dev.fastpull.worker.queue.Notes;
import dev.fastpull.worker.queue.Received;
import dev.fastpull.worker.queue.RequestHandler;
import dev.fastpull.worker.queue.RequestLostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What a worker does with a message: it reads it, turns away what cannot be built, builds the rest, and answers with one
 * event. A build outlives the connection that its request came by: see {@link RunningBuild}.
 */
public final class RequestProcessor implements RequestHandler, CancelHandler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestProcessor.class);

    private final EndedRequests ended = new EndedRequests();
    private final RunningBuilds running;
    private final Builds builds;
    private final SecretStore secrets;
    private final BiFunction<BuildRequest, Attempt, JobListener> listeners;
    private final String worker;
    private final Clock clock;

    /**
     * A processor.
     *
     * @param builds builds
     * @param secrets what requests may name
     * @param listeners makes who hears how a build goes on; called when it begins
     * @param worker this worker's name
     * @param clock the time
     * @param connected whether there is a connection to the broker
     * @param patience how long a build that has lost its request goes on while there is a connection
     */
    public RequestProcessor(Builds builds, SecretStore secrets,
            BiFunction<BuildRequest, Attempt, JobListener> listeners,
            String worker, Clock clock, BooleanSupplier connected, Duration patience) {
        this.builds = builds;
        this.secrets = secrets;
        this.listeners = listeners;
        this.worker = worker;
        this.clock = clock;
        this.running = new RunningBuilds(connected, patience);
    }

    @Override
    public Answer handle(Received received) throws InterruptedException, RequestLostException {
        return switch (MessageCodec.decodeRequest(received.body())) {
            case Decoded.Unreadable(String reason) -> new Answer.Invalid(reason, null);
            case Decoded.Violating violating -> violating.requestId() == null
                    ? new Answer.Invalid(violating.message(), null)
                    : new Answer.Completed(ended(received, violating.requestId(), violating.image(),
                            violating.metadata(), violating.reason(), violating.message()));
            case Decoded.Valid(BuildRequest request) -> valid(received, request);
        };
    }

    private Answer valid(Received received, BuildRequest request) throws InterruptedException, RequestLostException {
        try (var _ = MDC.putCloseable("requestId", request.requestId())) {
            LOG.info("attempt {} of the request for {}", received.attempt(), request.image());
            CompletionEvent event;
            try {
                event = answer(received, request, attempt(received, request.requestId()));
            } catch (BuildException e) {
                LOG.info("not built: {}: {}", e.reason(), e.getMessage());
                event = ended(received, request.requestId(), request.image(), request.metadata(), e.reason(),
                        e.getMessage());
            }
            LOG.info("{}", event.type());
            return new Answer.Completed(event);
        }
    }

    /** {@return the event of a build: one that runs or has ended here already, or else a new one} */
    private CompletionEvent answer(Received received, BuildRequest request, Attempt attempt)
            throws BuildException, InterruptedException, RequestLostException {
        while (true) {
            var mine = new RunningBuild(request.requestId(), attempt.eventId());
            RunningBuild.Hold hold = mine.take(received);
            RunningBuild there = running.add(mine);
            if (there == null && hold != null) {
                return begin(mine, hold, request, attempt);
            }
            if (there == null || !there.eventId().equals(attempt.eventId())) {
                throw EndedRequests.duplicate(request.requestId());
            }
            RunningBuild.Hold adopted = there.take(received);
            if (adopted != null) {
                LOG.info("its build runs here already");
                return await(there, adopted);
            }
            // The same request was sent twice; how the other ends will answer this one too, or else it is built again.
            there.awaitEnd();
            running.remove(there);
        }
    }

    private CompletionEvent begin(RunningBuild build, RunningBuild.Hold hold, BuildRequest request, Attempt attempt)
            throws BuildException, InterruptedException, RequestLostException {
        boolean begun = false;
        try {
            Optional<CompletionEvent> known = ended.answer(request.requestId(), attempt.eventId());
            if (known.isPresent()) {
                LOG.info("it has ended here before, and is answered with that");
                return known.get();
            }
            BuildOrder order = order(build, hold.received(), request);
            build.start(() -> {
                CompletionEvent event = builds.run(order, attempt, listeners.apply(request, attempt));
                ended.add(event);
                return event;
            });
            begun = true;
        } finally {
            if (!begun) {
                build.giveUp();
                running.remove(build);
            }
        }
        return await(build, hold);
    }

    /** {@return what is to be built}; throws {@link BuildException} where the request is none that this worker builds. */
    private BuildOrder order(RunningBuild build, Received received, BuildRequest request)
            throws BuildException, RequestLostException {
        Notes.Left left = received.notes().find(build.eventId());
        if (left.begun() == null) {
            refuse(received, request, left.handBacks());
            // Whoever cancels leaves a mark first and speaks up then: one of the two is seen, whatever the order.
            if (received.marks().contain(request.requestId())) {
                build.cancellation().request();
            }
        }
        var source = request.context() == null ? new BuildSource.None() : new BuildSource.Archive(request.context());
        return new BuildOrder(request, source, secrets.find(request.secrets()), left.begun(), build,
                build.cancellation());
    }

    private CompletionEvent await(RunningBuild build, RunningBuild.Hold hold)
            throws InterruptedException, RequestLostException {
        try {
            CompletionEvent event = awaitOrHandBack(build, hold);
            running.remove(build);
            return event;
        } catch (RequestLostException e) {
            build.lose(hold, e);
            running.keep(build);
            throw e;
        } catch (InterruptedException | RuntimeException | Error e) {
            running.remove(build);
            throw e;
        }
    }

    /** {@return the event}; where the worker stops it is thrown out of here, and where the connection is lost, too. */
    private static CompletionEvent awaitOrHandBack(RunningBuild build, RunningBuild.Hold hold)
            throws InterruptedException, RequestLostException {
        try {
            return RunningBuild.await(hold);
        } catch (InterruptedException e) {
            hold.received().liveness().prove();
            Optional<CompletionEvent> event = build.stop();
            if (event.isEmpty()) {
                hold.received().notes().handedBack(build.eventId());
                throw e;
            }
            return event.get();
        }
    }

    @Override
    public Optional<String> cancel(String requestId) {
        RunningBuild build = running.of(requestId);
        if (build != null) {
            build.cancellation().request();
            return Optional.of("canceling");
        }
        return ended.status(requestId).map("ended: "::concat);
    }

    /** Remembers how a request has ended; to be told once its event is committed. */
    public void committed(CompletionEvent event) {
        ended.committed(event);
    }

    /** Stops the builds that have lost their requests; the others are their slots'. */
    @Override
    public void close() {
        running.close();
    }

    /** Throws where the request is none that this worker builds. */
    private static void refuse(Received received, BuildRequest request, int handBacks) throws BuildException {
        Platform wanted = request.platform();
        if (wanted != null && !wanted.equals(Platform.local())) {
            throw new BuildException(FailureReason.UNSUPPORTED, "This worker builds for " + Platform.local()
                    + ", not for " + wanted + ". Send the request to the queue of workers for that platform, which is "
                    + Destinations.requests(wanted) + " unless its operator calls it otherwise.");
        }
        if (received.exhausted(handBacks)) {
            throw new BuildException(FailureReason.ATTEMPTS_EXHAUSTED, "The request was delivered "
                    + received.attempt()
                    + " times without coming to an end; its worker may have died of it each time.");
        }
    }

    private CompletionEvent ended(Received received, String requestId, @Nullable ImageReference image,
            Map<String, Object> metadata, FailureReason reason, String message) {
        Instant now = clock.instant();
        var attempt = attempt(received, requestId);
        String name = image == null ? null : image.toString();
        var report = new BuildReport(requestId, name, received.attempt(), worker, List.of(), null, List.of(),
                attempt.queuedSeconds(now), 0,
                null, null, null, false, Published.NONE, metadata);
        return BuildRunner.ended(new Envelope(attempt.eventId(), attempt.source(), name, now), report,
                new Failure(reason, message, null, null, null));
    }

    private static Attempt attempt(Received received, String requestId) {
        return new Attempt(EventId.of(requestId, received.body()), "urn:fastpull:" + received.queue(),
                received.attempt(), received.sentAt());
    }
}
