package dev.fastpull.worker.metrics;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.FailureReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Remembers what it was told. */
public final class RecordingMetrics implements BuildMetrics {
    public final List<Integer> attempts = new CopyOnWriteArrayList<>();
    public final List<CompletionEvent> ended = new CopyOnWriteArrayList<>();
    public final List<InvalidKind> invalid = new CopyOnWriteArrayList<>();
    public final List<Boolean> connections = new CopyOnWriteArrayList<>();
    public final AtomicInteger running = new AtomicInteger();
    public final AtomicInteger sending = new AtomicInteger();
    public final AtomicInteger repliesFailed = new AtomicInteger();
    public final AtomicInteger progressDropped = new AtomicInteger();

    @Override
    public void received(int attempt, @Nullable Duration waited) {
        attempts.add(attempt);
    }

    @Override
    public Running began() {
        running.incrementAndGet();
        return running::decrementAndGet;
    }

    @Override
    public Running sending() {
        sending.incrementAndGet();
        return sending::decrementAndGet;
    }

    @Override
    public void ended(CompletionEvent event) {
        ended.add(event);
    }

    @Override
    public void invalid(InvalidKind kind) {
        invalid.add(kind);
    }

    @Override
    public void replyFailed() {
        repliesFailed.incrementAndGet();
    }

    @Override
    public void progressDropped() {
        progressDropped.incrementAndGet();
    }

    @Override
    public void brokerConnected(boolean connected) {
        connections.add(connected);
    }

    @Override
    public void retried(FailureReason reason) {}

    @Override
    public void builderRestarted() {}

    @Override
    public void builderCache(long bytes) {}
}
