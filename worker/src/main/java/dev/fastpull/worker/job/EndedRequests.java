package dev.fastpull.worker.job;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How requests have ended on this worker: as many of the last ones as fit. */
final class EndedRequests {
    /** With 8 KiB of a failed build's log each, some megabytes. */
    private static final int REMEMBERED = 500;

    private final Map<String, Ended> byRequest = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ended> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** A request that has ended, and whether its event is at the broker for good. */
    private record Ended(CompletionEvent event, boolean committed) {}

    /** Remembers how a build has ended, before anybody has heard of it. */
    synchronized void add(CompletionEvent event) {
        byRequest.put(event.report().requestId(), new Ended(event, false));
    }

    /** Remembers that the event is at the broker for good. */
    synchronized void committed(CompletionEvent event) {
        byRequest.computeIfPresent(event.report().requestId(), (_, known) -> known.event.equals(event)
                ? new Ended(event, true)
                : known);
    }

    /** {@return how the request has ended, as all may know; empty where this worker does not know} */
    synchronized Optional<String> status(String requestId) {
        return Optional.ofNullable(byRequest.get(requestId)).filter(Ended::committed)
                .map(ended -> ended.event.status());
    }

    /**
     * {@return the event of this very request, where building it again would bring nothing else} It succeeded, or failed
     * for a reason that stays.
     *
     * @throws BuildException with DUPLICATE_ID where another request has used the id
     */
    synchronized Optional<CompletionEvent> answer(String requestId, String eventId) throws BuildException {
        Ended ended = byRequest.get(requestId);
        if (ended == null) {
            return Optional.empty();
        }
        if (!ended.event.envelope().id().equals(eventId)) {
            throw duplicate(requestId);
        }
        return isFinal(ended.event) ? Optional.of(ended.event) : Optional.empty();
    }

    /** {@return the failure of a request whose id another one has used} */
    static BuildException duplicate(String requestId) {
        return new BuildException(FailureReason.DUPLICATE_ID,
                "Another request with other content has used the requestId "
                        + requestId + ". Send this one with an id of its own.");
    }

    private static boolean isFinal(CompletionEvent event) {
        return switch (event) {
            case CompletionEvent.Succeeded _ -> true;
            case CompletionEvent.Failed failed -> !failed.failure().reason().retryable();
            case CompletionEvent.Canceled _,CompletionEvent.Rejected _ -> false;
        };
    }
}
