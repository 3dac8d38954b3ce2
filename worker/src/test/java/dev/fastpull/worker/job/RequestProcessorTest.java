package dev.fastpull.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failed;
import dev.fastpull.messages.CompletionEvent.Rejected;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.Platform;
import dev.fastpull.worker.queue.Answer;
import dev.fastpull.worker.queue.LivenessCheck;
import dev.fastpull.worker.queue.MemoryNotes;
import dev.fastpull.worker.queue.Received;
import dev.fastpull.worker.queue.RequestLostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestProcessorTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final LivenessCheck OURS = () -> {};

    @TempDir
    private Path folder = Path.of(".");
    private final List<BuildOrder> built = new ArrayList<>();
    private final MemoryNotes notes = new MemoryNotes();

    @Test
    void aRequestIsBuiltAndItsEventIsTheAnswer() throws Exception {
        BuildRequest request = request("{}");
        assertThat(event(handle(body("{}"), 1, OURS))).isInstanceOf(Succeeded.class)
                .satisfies(event -> assertThat(event.envelope().id()).isEqualTo(EventId.of("r-1", body("{}"))))
                .satisfies(event -> assertThat(event.envelope().source()).isEqualTo("urn:fastpull:requests"));
        assertThat(built).singleElement().satisfies(order -> {
            assertThat(order.request()).isEqualTo(request);
            assertThat(order.begun()).isNull();
        });
    }

    @Test
    void whatAnEarlierAttemptBeganToPublishIsPublished() throws Exception {
        handle(body("{}"), 1, OURS);
        handle(body("{}"), 9, OURS);
        assertThat(built).hasSize(2).last()
                .satisfies(order -> assertThat(Objects.requireNonNull(order.begun()).report().attempt()).isEqualTo(1));
    }

    @Test
    void aDeliveryThatWasHandedBackIsNoAttempt() throws Exception {
        notes.handedBack("");
        assertThat(event(handle(body("{}"), 6, OURS))).isInstanceOf(Succeeded.class);
    }

    @Test
    void aMistakeIsRejectedWithItsName() throws Exception {
        assertFailure(handle(body("{\"tragt\": \"x\"}"), 1, OURS), Rejected.class, FailureReason.INVALID_REQUEST,
                "tragt");
    }

    @Test
    void whatHasNoIdIsNoRequest() throws Exception {
        assertThat(handle("{}".getBytes(StandardCharsets.UTF_8), 1, OURS)).isInstanceOfSatisfying(Answer.Invalid.class,
                invalid -> assertThat(invalid.event()).isNull());
        assertThat(handle("no JSON".getBytes(StandardCharsets.UTF_8), 1, OURS)).isInstanceOf(Answer.Invalid.class);
    }

    @Test
    void anotherPlatformHasAQueueOfItsOwn() throws Exception {
        String other = Platform.local().architecture().equals("arm64") ? "amd64" : "arm64";
        assertFailure(handle(body("{\"platform\": \"linux/" + other + "\"}"), 1, OURS), Rejected.class,
                FailureReason.UNSUPPORTED, "fastpull.build.requests.linux-" + other);
    }

    @Test
    void secretsComeFromTheOperator() throws Exception {
        Path file = Files.writeString(folder.resolve("npm-token"), "t0ken");
        handle(body("{\"secrets\": [{\"id\": \"npm\", \"from\": \"npm-token\"}]}"), 1, OURS);
        assertThat(built).singleElement()
                .satisfies(order -> assertThat(order.secrets()).isEqualTo(Map.of("npm", file)));
    }

    @Test
    void aSecretThatTheOperatorDoesNotOfferIsDenied() throws Exception {
        assertFailure(handle(body("{\"secrets\": [{\"id\": \"npm\", \"from\": \"gone\"}]}"), 1, OURS),
                Rejected.class, FailureReason.POLICY_DENIED, "gone");
    }

    @Test
    void thePoisonousEndAfterTheirLastAttempt() throws Exception {
        assertFailure(handle(body("{}"), 6, OURS), Failed.class, FailureReason.ATTEMPTS_EXHAUSTED, "6 times");
        assertThat(built).isEmpty();
    }

    @Test
    void aRequestThatIsLostBeforeItPublishesIsReportedAsLost() {
        assertThatThrownBy(() -> handle(body("{}"), 1, () -> {
            throw new RequestLostException("the broker does not answer");
        })).isInstanceOf(RequestLostException.class);
    }

    @Test
    void aMarkedRequestIsCanceledBeforeItBegins() throws Exception {
        var told = new AtomicBoolean();
        processor((order, attempt, _) -> {
            order.cancellation().onRequest(() -> told.set(true));
            return succeeded(order, attempt);
        }).handle(received(body("{}"), 1, OURS, "r-1"::equals));
        assertThat(told).isTrue();
    }

    @Test
    void whatRunsCanBeCanceledAndWhatHasEndedIsKnown() throws Exception {
        var answers = new ArrayList<Optional<String>>();
        var itself = new AtomicReference<@Nullable RequestProcessor>();
        RequestProcessor processor = processor((order, attempt, _) -> {
            answers.add(Objects.requireNonNull(itself.get()).cancel("r-1"));
            answers.add(Objects.requireNonNull(itself.get()).cancel("r-2"));
            return succeeded(order, attempt);
        });
        itself.set(processor);
        CompletionEvent event = event(processor.handle(received(body("{}"), 1, OURS, _ -> false)));
        assertThat(processor.cancel("r-1")).isEmpty();
        processor.committed(event);
        answers.add(processor.cancel("r-1"));
        assertThat(answers).containsExactly(Optional.of("canceling"), Optional.empty(),
                Optional.of("ended: succeeded"));
    }

    private Answer handle(byte[] body, int attempt, LivenessCheck liveness) throws Exception {
        return processor((order, number, _) -> {
            built.add(order);
            Succeeded event = succeeded(order, number);
            order.claim().begin(event);
            return event;
        }).handle(received(body, attempt, liveness, _ -> false));
    }

    private RequestProcessor processor(Builds builds) {
        return new RequestProcessor(builds, new SecretStore(folder), (_, _) -> Quiet.LISTENER, "tested",
                Clock.fixed(NOW, ZoneOffset.UTC), () -> true, Duration.ZERO);
    }

    private Received received(byte[] body, int attempt, LivenessCheck liveness, Received.Marks marks) {
        return new Received(body, attempt, 5, NOW.minusSeconds(3), "requests", liveness, marks, notes);
    }

    private static Succeeded succeeded(BuildOrder order, Attempt attempt) {
        return new Succeeded(new Envelope(attempt.eventId(), attempt.source(), order.request().image().toString(),
                NOW), report(order.request(), attempt));
    }

    private static BuildReport report(BuildRequest request, Attempt attempt) {
        return new BuildReport(request.requestId(), request.image().toString(), attempt.number(), "tested", List.of(),
                null, List.of(), 0.0, 0, null, null, null, false, Published.ALL, Map.of());
    }

    private static CompletionEvent event(Answer answer) {
        return ((Answer.Completed) answer).event();
    }

    private static void assertFailure(Answer answer, Class<? extends CompletionEvent> type, FailureReason reason,
            String words) {
        CompletionEvent event = event(answer);
        assertThat(event).isInstanceOf(type);
        CompletionEvent.Failure failure = switch (event) {
            case Failed failed -> failed.failure();
            case Rejected rejected -> rejected.failure();
            case CompletionEvent.Canceled canceled -> canceled.failure();
            case Succeeded _ -> null;
        };
        assertThat(Objects.requireNonNull(failure).reason()).isEqualTo(reason);
        assertThat(failure.message()).contains(words);
        assertThat(event.report().queueSeconds()).isEqualTo(3.0);
    }

    private static BuildRequest request(String more) {
        return ((dev.fastpull.messages.Decoded.Valid) MessageCodec.decodeRequest(body(more))).request();
    }

    private static byte[] body(String more) {
        String common = "{\"version\": 1, \"requestId\": \"r-1\", \"image\": \"localhost:5000/app:v1\","
                + " \"context\": {\"url\": \"https://example.com/app.tar\"}";
        String rest = more.substring(1).strip();
        return (common + (rest.equals("}") ? "" : ", ") + rest).getBytes(StandardCharsets.UTF_8);
    }
}
