package dev.fastpull.worker.chaos;

import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Canceled;
import dev.fastpull.messages.CompletionEvent.Failed;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.CompletionEvent.Rejected;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.FailureReason.Category;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds the events against what was sent: one for each message, with the id that follows from the request, and with an end
 * that a request of its kind can have.
 *
 * @param sent the messages, those that were sent twice twice
 * @param heard the events
 * @param run is told what is wrong
 */
record EventChecks(List<Sent> sent, List<Heard> heard, Run run) {

    void check() {
        Map<String, List<Heard>> byRequest = heard.stream()
                .collect(Collectors.groupingBy(one -> one.event().report().requestId()));
        Map<Sent, Integer> messages = new LinkedHashMap<>();
        sent.forEach(request -> messages.merge(request, 1, Integer::sum));
        messages.forEach((request, count) -> check(request, request.kind().hasEvent() ? count : 0,
                byRequest.getOrDefault(request.requestId(), List.of())));
        Set<String> known = sent.stream().map(Sent::requestId).collect(Collectors.toSet());
        byRequest.keySet().stream().filter(id -> !known.contains(id))
                .forEach(id -> run.violated("an event is about a request that was not sent: " + id));
    }

    private void check(Sent request, int messages, List<Heard> events) {
        String name = request.requestId() + " (" + request.kind() + ")";
        if (events.size() < messages) {
            run.violated("LOST: " + name + " was sent " + messages + " times and has " + events.size() + " events");
        } else if (events.size() > messages) {
            run.violated("DOUBLED: " + name + " was sent " + messages + " times and has " + events.size() + " events: "
                    + events.stream().map(EventChecks::shown).toList());
        }
        String id = EventId.of(request.requestId(), request.body().getBytes(StandardCharsets.UTF_8));
        for (Heard one : events) {
            if (!one.event().envelope().id().equals(id)) {
                run.violated("the event of " + name + " has the id " + one.event().envelope().id() + ", not " + id);
            }
            if (!plausible(request.kind(), one.event())) {
                run.violated("IMPLAUSIBLE: " + name + " ended as " + shown(one));
            }
        }
    }

    private static boolean plausible(RequestKind kind, CompletionEvent event) {
        if (!(event instanceof Succeeded) && !event.report().images().isEmpty()) {
            return false;
        }
        return switch (event) {
            case Succeeded succeeded -> kind.reason() == null && succeeded.report().published() == Published.ALL
                    && succeeded.report().images().size() == 2;
            case Failed(var _, var _, Failure why) -> why.reason() == kind.reason()
                    || why.reason().category() == Category.INFRASTRUCTURE
                    || why.reason().category() == Category.TIMEOUT;
            case Canceled _ -> kind == RequestKind.CANCELED;
            case Rejected(var _, var _, Failure why) -> why.reason() == kind.reason();
        };
    }

    private static String shown(Heard one) {
        CompletionEvent event = one.event();
        return event.status() + event.cause().map(why -> " " + why.reason() + " \"" + why.message() + "\"").orElse("")
                + ", attempt " + event.report().attempt() + " of " + event.report().worker() + " at "
                + Math.round(one.seconds()) + " s";
    }
}
