package dev.fastpull.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.CompletionEvent.Failed;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.queue.Answer;
import dev.fastpull.worker.queue.MemoryNotes;
import dev.fastpull.worker.queue.Received;
import dev.fastpull.worker.queue.RequestLostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a build when its request is lost, comes again, or was sent twice. */
class AdoptionTest {
    private final AtomicInteger builds = new AtomicInteger();
    private final AtomicInteger stopped = new AtomicInteger();
    private final AtomicBoolean connected = new AtomicBoolean(true);
    private final CountDownLatch release = new CountDownLatch(1);
    private final MemoryNotes notes = new MemoryNotes();
    private @Nullable FailureReason failure;
    private RequestProcessor processor = processor(Duration.ofMinutes(1));

    @AfterEach
    void close() {
        processor.close();
    }

    @Test
    void aBuildGoesOnWithoutItsRequestAndAnswersItWhenItComesAgain() throws Exception {
        var lost = new Delivery(1);
        lost.loseWhileItBuilds();

        var again = new Delivery(2);
        release.countDown();

        assertThat(again.event()).isInstanceOf(Succeeded.class);
        assertThat(builds).hasValue(1);
        assertThat(stopped).hasValue(0);
    }

    @Test
    void aBuildThatHasLostItsRequestPublishesNothing() throws Exception {
        var lost = new Delivery(1);
        lost.loseWhileItBuilds();
        release.countDown();

        processor.close();

        await().untilAsserted(() -> assertThat(stopped).hasValue(1));
        assertThat(notes.find("").begun()).isNull();
    }

    @Test
    void aBuildWhoseRequestDoesNotComeAgainIsStopped() throws Exception {
        processor = processor(Duration.ofMillis(300));
        connected.set(false);
        new Delivery(1).loseWhileItBuilds();
        assertThat(stopped).hasValue(0);

        connected.set(true);

        await().untilAsserted(() -> assertThat(stopped).hasValue(1));
        release.countDown();
        assertThat(new Delivery(2).event()).isInstanceOf(Succeeded.class);
        assertThat(builds).hasValue(2);
    }

    @Test
    void anEventWhoseCommitFailedIsSentForTheNextDelivery() throws Exception {
        release.countDown();
        CompletionEvent event = new Delivery(1).event();

        assertThat(new Delivery(2).event()).isSameAs(event);
        assertThat(builds).hasValue(1);
    }

    @Test
    void aFailureThatPassesIsTriedAgain() throws Exception {
        release.countDown();
        failure = FailureReason.REGISTRY_UNAVAILABLE;
        new Delivery(1).event();
        failure = FailureReason.BUILD_STEP_FAILED;
        new Delivery(2).event();
        assertThat(new Delivery(3).event()).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.failure().reason()).isEqualTo(FailureReason.BUILD_STEP_FAILED));
        assertThat(builds).hasValue(2);
    }

    @Test
    void theSameRequestSentTwiceIsBuiltOnce() throws Exception {
        var one = new Delivery(1);
        await().until(() -> builds.get() == 1);
        var other = new Delivery(1);
        release.countDown();

        assertThat(other.event()).isEqualTo(one.event());
        assertThat(builds).hasValue(1);
    }

    @Test
    void anotherRequestUnderTheSameIdIsRejected() throws Exception {
        new Delivery(1);
        await().until(() -> builds.get() == 1);
        var whileItRuns = new Delivery(1, "v2");
        assertDuplicate(whileItRuns.event());
        release.countDown();
        await().until(() -> processor.cancel("r-1").isEmpty());
        assertDuplicate(new Delivery(1, "v2").event());
        assertThat(builds).hasValue(1);
    }

    @Test
    void aWorkerThatStopsLeavesWordThatItHandsBack() throws Exception {
        var delivery = new Delivery(1);
        await().until(() -> builds.get() == 1);

        delivery.thread.interrupt();

        assertThatThrownBy(delivery::event).isInstanceOf(InterruptedException.class);
        assertThat(notes.find("").handBacks()).isEqualTo(1);
        assertThat(stopped).hasValue(1);
    }

    private static void assertDuplicate(CompletionEvent event) {
        assertThat(event).isInstanceOfSatisfying(CompletionEvent.Rejected.class,
                rejected -> assertThat(rejected.failure().reason()).isEqualTo(FailureReason.DUPLICATE_ID));
    }

    private RequestProcessor processor(Duration patience) {
        return new RequestProcessor(this::build, new SecretStore(null), (_, _) -> Quiet.LISTENER, "tested",
                Clock.systemUTC(), connected::get, patience);
    }

    private CompletionEvent build(BuildOrder order, Attempt attempt, JobListener listener)
            throws InterruptedException {
        builds.incrementAndGet();
        try {
            release.await();
            var envelope = new Envelope(attempt.eventId(), attempt.source(), null, Instant.EPOCH);
            var report = new BuildReport(order.request().requestId(), null, attempt.number(), "tested", List.of(), null,
                    List.of(), null, 0, null, null, null, false, Published.ALL, Map.of());
            if (failure != null) {
                return new Failed(envelope, report, new Failure(failure, "as the test wants it", null, null, null));
            }
            var event = new Succeeded(envelope, report);
            order.claim().begin(event);
            return event;
        } catch (InterruptedException e) {
            stopped.incrementAndGet();
            throw e;
        }
    }

    /** A request that a slot has received, and handles on a thread of its own. */
    private final class Delivery {
        private final AtomicBoolean lost = new AtomicBoolean();
        private final FutureTask<Answer> answer;
        private final Thread thread;

        Delivery(int attempt) {
            this(attempt, "v1");
        }

        Delivery(int attempt, String tag) {
            byte[] body = ("{\"version\": 1, \"requestId\": \"r-1\", \"image\": \"localhost:5000/app:" + tag
                    + "\", \"dockerfileInline\": \"FROM scratch\"}").getBytes(StandardCharsets.UTF_8);
            var received = new Received(body, attempt, 5, null, "requests", this::prove, _ -> false, notes);
            answer = new FutureTask<>(() -> processor.handle(received));
            thread = Thread.ofPlatform().daemon().start(answer);
        }

        private void prove() throws RequestLostException {
            if (lost.get()) {
                throw new RequestLostException("the test has closed the connection");
            }
        }

        void loseWhileItBuilds() {
            int before = builds.get();
            await().until(() -> builds.get() > 0 && builds.get() >= before);
            lost.set(true);
            thread.interrupt();
            assertThatThrownBy(this::event).isInstanceOf(RequestLostException.class);
        }

        CompletionEvent event() throws Exception {
            try {
                return ((Answer.Completed) answer.get()).event();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }
}
