package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.Decoded;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.Platform;
import dev.fastpull.worker.queue.Answer;
import dev.fastpull.worker.queue.Received;
import dev.fastpull.worker.queue.RequestHandler;
import dev.fastpull.worker.queue.RequestLostException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a worker does with a message: it reads it, turns away what cannot be built, builds the rest, and answers with one event. */
public final class RequestProcessor implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestProcessor.class);

    private final BuildRunner runner;
    private final Function<BuildRequest, JobListener> listeners;
    private final String worker;
    private final Clock clock;

    /**
     * A processor.
     *
     * @param runner builds
     * @param listeners makes who hears how a build goes on
     * @param worker this worker's name
     * @param clock the time
     */
    public RequestProcessor(BuildRunner runner, Function<BuildRequest, JobListener> listeners,
            String worker, Clock clock) {
        this.runner = runner;
        this.listeners = listeners;
        this.worker = worker;
        this.clock = clock;
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
            Optional<CompletionEvent> refused = refused(received, request);
            CompletionEvent event = refused.isPresent() ? refused.get() : build(received, request);
            LOG.info("{}", event.type());
            return new Answer.Completed(event);
        }
    }

    private CompletionEvent build(Received received, BuildRequest request)
            throws InterruptedException, RequestLostException {
        var lost = new LostRequest();
        var source = request.context() == null ? new BuildSource.None() : new BuildSource.Archive(request.context());
        var order = new BuildOrder(request, source, Map.of(), received.attempt() > 1, () -> lost.prove(received));
        var attempt = attempt(received, request.requestId());
        try {
            return runner.run(order, attempt, listeners.apply(request));
        } catch (InterruptedException e) {
            lost.rethrow();
            throw e;
        }
    }

    private Optional<CompletionEvent> refused(Received received, BuildRequest request) {
        Platform local = Platform.local();
        if (request.platform() != null && !request.platform().equals(local)) {
            return Optional.of(ended(received, request, FailureReason.UNSUPPORTED, "This worker builds for " + local
                    + ", not for " + request.platform()
                    + ". Send the request to the queue of workers for that platform."));
        }
        if (!request.secrets().isEmpty()) {
            return Optional.of(ended(received, request, FailureReason.UNSUPPORTED,
                    "This worker has no store of secrets, so the request's secrets cannot be had."));
        }
        if (received.exhausted()) {
            return Optional.of(ended(received, request, FailureReason.ATTEMPTS_EXHAUSTED, "The request was delivered "
                    + received.attempt()
                    + " times without coming to an end; its worker may have died of it each time."));
        }
        return Optional.empty();
    }

    private CompletionEvent ended(Received received, BuildRequest request, FailureReason reason, String message) {
        return ended(received, request.requestId(), request.image(), request.metadata(), reason, message);
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

    /** Carries the word that the request is lost past the stages, which know of no queue. */
    private static final class LostRequest {
        private volatile @Nullable RequestLostException cause;

        void prove(Received received) throws InterruptedException {
            try {
                received.liveness().prove();
            } catch (RequestLostException e) {
                cause = e;
                throw new InterruptedException("the request is no longer this worker's");
            }
        }

        void rethrow() throws RequestLostException {
            RequestLostException known = cause;
            if (known != null) {
                throw known;
            }
        }
    }
}
