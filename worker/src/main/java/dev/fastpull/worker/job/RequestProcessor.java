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
import dev.fastpull.worker.queue.Received;
import dev.fastpull.worker.queue.RequestHandler;
import dev.fastpull.worker.queue.RequestLostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a worker does with a message: it reads it, turns away what cannot be built, builds the rest, and answers with one event. */
public final class RequestProcessor implements RequestHandler, CancelHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestProcessor.class);

    /** How many ended requests are remembered, for whoever wants to cancel one of them. */
    private static final int REMEMBERED = 1_000;

    private final Map<String, Cancellation> running = new ConcurrentHashMap<>();
    private final Map<String, String> ended = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > REMEMBERED;
        }
    });
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
     */
    public RequestProcessor(Builds builds, SecretStore secrets,
            BiFunction<BuildRequest, Attempt, JobListener> listeners,
            String worker, Clock clock) {
        this.builds = builds;
        this.secrets = secrets;
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
            var cancellation = new Cancellation();
            running.put(request.requestId(), cancellation);
            try {
                // Whoever cancels leaves a mark first and speaks up then: one of the two is seen, whatever the order.
                if (received.marks().contain(request.requestId())) {
                    cancellation.request();
                }
                CompletionEvent event = ended(received, request, cancellation);
                LOG.info("{}", event.type());
                return new Answer.Completed(event);
            } finally {
                running.remove(request.requestId(), cancellation);
            }
        }
    }

    @Override
    public Optional<String> cancel(String requestId) {
        Cancellation build = running.get(requestId);
        if (build != null) {
            build.request();
            return Optional.of("canceling");
        }
        return Optional.ofNullable(ended.get(requestId)).map("ended: "::concat);
    }

    /** Remembers how a request has ended; to be told once its event is committed. */
    public void committed(CompletionEvent event) {
        ended.put(event.report().requestId(), event.status());
    }

    private CompletionEvent ended(Received received, BuildRequest request, Cancellation cancellation)
            throws InterruptedException, RequestLostException {
        try {
            refuse(received, request);
            return build(received, request, secrets.find(request.secrets()), cancellation);
        } catch (BuildException e) {
            LOG.info("not built: {}: {}", e.reason(), e.getMessage());
            return ended(received, request.requestId(), request.image(), request.metadata(), e.reason(),
                    e.getMessage());
        }
    }

    /** Throws where the request is none that this worker builds. */
    private static void refuse(Received received, BuildRequest request) throws BuildException {
        Platform wanted = request.platform();
        if (wanted != null && !wanted.equals(Platform.local())) {
            throw new BuildException(FailureReason.UNSUPPORTED, "This worker builds for " + Platform.local()
                    + ", not for " + wanted + ". Send the request to the queue of workers for that platform, which is "
                    + Destinations.requests(wanted) + " unless its operator calls it otherwise.");
        }
        if (received.exhausted()) {
            throw new BuildException(FailureReason.ATTEMPTS_EXHAUSTED, "The request was delivered "
                    + received.attempt()
                    + " times without coming to an end; its worker may have died of it each time.");
        }
    }

    private CompletionEvent build(Received received, BuildRequest request, Map<String, Path> files,
            Cancellation cancellation)
            throws InterruptedException, RequestLostException {
        var lost = new LostRequest();
        var source = request.context() == null ? new BuildSource.None() : new BuildSource.Archive(request.context());
        var order = new BuildOrder(request, source, files, received.attempt() > 1, () -> lost.prove(received),
                cancellation);
        try {
            Attempt attempt = attempt(received, request.requestId());
            return builds.run(order, attempt, listeners.apply(request, attempt));
        } catch (InterruptedException e) {
            lost.rethrow();
            throw e;
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
