package dev.fastpull.worker.metrics;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.FailureReason;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The worker's metrics for Prometheus. All of them exist from the start, counters at 0, since an alert on the increase of
 * a counter does not see the first event of one that comes into being with it.
 */
public final class PrometheusMetrics implements BuildMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final Gauges gauges;

    /**
     * Registers all metrics.
     *
     * @param facts what is the same for as long as the worker runs
     * @param ready whether the worker could take a request now; asked at every scrape, so it must be quick
     * @param clock tells how long builds have run
     */
    public PrometheusMetrics(WorkerFacts facts, BooleanSupplier ready, Clock clock) {
        this.gauges = new Gauges(registry, facts, ready, clock);
    }

    /**
     * Writes all metrics as they are now.
     *
     * @param contentType one of the formats that Prometheus reads, such as {@link MetricsServer#TEXT}
     * @return the metrics in that format
     */
    public String scrape(String contentType) {
        return registry.scrape(contentType);
    }

    @Override
    public void received(int attempt, @Nullable Duration waited) {
        if (attempt > 1) {
            meters.redeliveries.increment();
        } else if (waited != null && !waited.isNegative()) {
            meters.waits.record(waited);
        }
    }

    @Override
    public Running began() {
        return gauges.began();
    }

    @Override
    public Running sending() {
        return gauges.sending();
    }

    @Override
    public void ended(CompletionEvent event) {
        switch (event) {
            case CompletionEvent.Succeeded _ -> meters.succeeded.increment();
            case CompletionEvent.Failed failed -> count(failed.failure().reason());
            case CompletionEvent.Canceled canceled -> count(canceled.failure().reason());
            case CompletionEvent.Rejected rejected -> count(rejected.failure().reason());
        }
        BuildReport report = event.report();
        meters.durations.record(seconds(report.totalSeconds()));
        report.phases().forEach(phase -> of(meters.phases, phase.name()).record(seconds(phase.seconds())));
        report.images().forEach(image -> of(meters.imageSizes, image.format()).record((double) image.sizeBytes()));
        BuildReport.ContextUsed context = report.context();
        if (context != null) {
            meters.contexts.record((double) context.bytes());
        }
        BuildReport.Steps steps = report.steps();
        if (steps != null) {
            meters.stepsCached.increment(steps.cached());
            meters.stepsRun.increment(steps.total() - (double) steps.cached());
        }
    }

    @Override
    public void invalid(InvalidKind kind) {
        of(meters.invalid, kind).increment();
    }

    @Override
    public void replyFailed() {
        meters.repliesFailed.increment();
    }

    @Override
    public void progressDropped() {
        meters.progressDropped.increment();
    }

    @Override
    public void brokerConnected(boolean connected) {
        gauges.setConnected(connected);
    }

    @Override
    public void retried(FailureReason reason) {
        of(meters.retries, reason).increment();
    }

    @Override
    public void builderRestarted() {
        meters.builderRestarts.increment();
    }

    @Override
    public void builderCache(long bytes) {
        gauges.setCacheBytes(bytes);
    }

    private void count(FailureReason reason) {
        of(meters.unsuccessful, reason).increment();
        if (reason == FailureReason.NYDUS_MISMATCH) {
            meters.mismatches.increment();
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static <K, V> V of(Map<K, V> meters, K key) {
        return Objects.requireNonNull(meters.get(key), "every key is registered at the start");
    }
}
