package dev.fastpull.worker.event;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildReport.ContextUsed;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildReport.Steps;
import dev.fastpull.messages.BuildReport.TimedPhase;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as a job would make them. */
public final class TestEvents {
    public static final Instant TIME = Instant.parse("2026-11-01T12:00:00Z");

    private TestEvents() {}

    public static CompletionEvent succeeded(String requestId) {
        return new CompletionEvent.Succeeded(envelope(requestId, "localhost:5000/team/app:v1"),
                report(requestId, "localhost:5000/team/app:v1", List.of()));
    }

    public static CompletionEvent succeeded(String requestId, List<BuiltImage> images) {
        return new CompletionEvent.Succeeded(envelope(requestId, "localhost:5000/team/app:v1"),
                report(requestId, "localhost:5000/team/app:v1", images));
    }

    public static CompletionEvent failed(String requestId, FailureReason reason) {
        return new CompletionEvent.Failed(envelope(requestId, "localhost:5000/team/app:v1"),
                report(requestId, "localhost:5000/team/app:v1", List.of()),
                new Failure(reason, "It did not work.", null, null, null));
    }

    public static CompletionEvent rejected(String requestId) {
        return new CompletionEvent.Rejected(envelope(requestId, null), report(requestId, null, List.of()),
                new Failure(FailureReason.INVALID_REQUEST, "No image.", null, null, null));
    }

    private static Envelope envelope(String requestId, @Nullable String subject) {
        return new Envelope("id-of-" + requestId, "urn:fastpull:fastpull.build.requests", subject, TIME);
    }

    private static BuildReport report(String requestId, @Nullable String image, List<BuiltImage> images) {
        return new BuildReport(requestId, image, 1, "worker-1", images, null,
                List.of(new TimedPhase(Phase.FETCH, TIME, 0.05), new TimedPhase(Phase.BUILD_OCI, TIME, 3)), null, 4,
                new ContextUsed(null, 2_000_000, 3), new Steps(5, 2), null, false,
                images.isEmpty() ? Published.NONE : Published.ALL, Map.of());
    }
}
