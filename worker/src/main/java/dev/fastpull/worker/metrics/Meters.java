package dev.fastpull.worker.metrics;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.Phase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Everything that is counted or timed; what is looked at instead is in {@link Gauges}. Where an alert reads a metric, its
 * formula stands beside it.
 */
final class Meters {
    /** The value of {@code fastpull_builds_total{reason}} for a build that succeeded. */
    static final String NO_REASON = "NONE";

    private static final Duration[] SECONDS = {Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
            Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10),
            Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(5),
            Duration.ofMinutes(10), Duration.ofMinutes(20), Duration.ofMinutes(30), Duration.ofHours(1)};
    /** From 1 MiB to 16 GiB, each four times the one before. */
    private static final double[] BYTES = {1L << 20, 1L << 22, 1L << 24, 1L << 26, 1L << 28, 1L << 30, 1L << 32,
            1L << 34};

    private final MeterRegistry registry;

    /**
     * {@code fastpull_builds_total{status="succeeded"}}. Nothing gets done though there is work:
     * {@code sum(rate(fastpull_builds_total[30m])) == 0 and sum(fastpull_builds_running) > 0}.
     */
    final Counter succeeded;
    /**
     * {@code fastpull_builds_total{status,reason}} of all that did not succeed. Only those that an operator can do
     * something about are worth an alert, and a canceled build is no failure:
     * {@code sum(rate(fastpull_builds_total{status="failed",
     * reason=~".*_UNAVAILABLE|.*_RATE_LIMITED|DISK_FULL|ATTEMPTS_EXHAUSTED|INTERNAL|NYDUS_.*|PAIR_DIVERGED"}[15m]))
     * / sum(rate(fastpull_builds_total[15m])) > 0.05}.
     */
    final Map<FailureReason, Counter> unsuccessful;
    /**
     * {@code fastpull_retries_total{reason}}, of what is tried again within an attempt; something is about to fail:
     * {@code sum by (reason) (increase(fastpull_retries_total[15m])) > 20}.
     */
    final Map<FailureReason, Counter> retries;
    /** {@code fastpull_invalid_requests_total{reason}}: {@code increase(fastpull_invalid_requests_total[1h]) > 0}. */
    final Map<InvalidKind, Counter> invalid;
    /** {@code fastpull_phase_duration_seconds{phase}}. */
    final Map<Phase, Timer> phases;
    /** {@code fastpull_image_size_bytes{format}}: the sum of the layers as they are in the registry. */
    final Map<Format, DistributionSummary> imageSizes;
    /**
     * {@code fastpull_build_duration_seconds}, of every build however it ended:
     * {@code histogram_quantile(0.95, sum by (le) (rate(fastpull_build_duration_seconds_bucket[1h]))) > 1800}.
     */
    final Timer durations;
    /**
     * {@code fastpull_queue_wait_seconds}. There are too few workers:
     * {@code histogram_quantile(0.95, sum by (le) (rate(fastpull_queue_wait_seconds_bucket[15m]))) > 300}.
     */
    final Timer waits;
    /** {@code fastpull_context_bytes}. */
    final DistributionSummary contexts;
    /**
     * {@code fastpull_redeliveries_total}. Workers die, or lose the broker, in the midst of builds:
     * {@code sum(increase(fastpull_redeliveries_total[15m])) > 5}.
     */
    final Counter redeliveries;
    /** {@code fastpull_verify_mismatches_total}: {@code increase(fastpull_verify_mismatches_total[1h]) > 0}. */
    final Counter mismatches;
    /** {@code fastpull_replies_failed_total}; those who asked have gone, which is theirs to know. */
    final Counter repliesFailed;
    /** {@code fastpull_progress_dropped_total}. */
    final Counter progressDropped;
    /** {@code fastpull_buildkitd_restarts_total}: {@code increase(fastpull_buildkitd_restarts_total[15m]) > 2}. */
    final Counter builderRestarts;
    /** {@code fastpull_solve_steps_total{cached="true"}}. */
    final Counter stepsCached;
    /** {@code fastpull_solve_steps_total{cached="false"}}. */
    final Counter stepsRun;

    Meters(MeterRegistry registry) {
        this.registry = registry;
        succeeded = builds("succeeded", NO_REASON);
        unsuccessful = each(FailureReason.class,
                reason -> builds(reason.ending().name().toLowerCase(Locale.ROOT), reason.name()));
        retries = each(FailureReason.class,
                reason -> counter("fastpull.retries", "Parts of builds that were tried again", "reason",
                        reason.name()));
        invalid = each(InvalidKind.class, kind -> counter("fastpull.invalid.requests",
                "Messages that were put aside, since they are no requests", "reason", kind.label()));
        phases = each(Phase.class,
                phase -> timer("fastpull.phase.duration", "How long a phase took", "phase", phase.label()));
        imageSizes = each(Format.class, format -> bytes("fastpull.image.size",
                "The compressed size of a published image", "format", format.label()));
        durations = timer("fastpull.build.duration", "From the receipt of a request to its end");
        waits = timer("fastpull.queue.wait", "How long a request lay in the queue before its first delivery");
        contexts = bytes("fastpull.context", "The size of a context's archive");
        redeliveries = counter("fastpull.redeliveries", "Requests that were received again");
        mismatches = counter("fastpull.verify.mismatches", "Nydus images that did not hold the files of their twin");
        repliesFailed = counter("fastpull.replies.failed", "Events of which the requester's copy could not be sent");
        progressDropped = counter("fastpull.progress.dropped", "News of running builds that could not be sent");
        builderRestarts = counter("fastpull.buildkitd.restarts", "How often buildkitd had ended by itself");
        stepsCached = steps("true");
        stepsRun = steps("false");
    }

    private Counter builds(String status, String reason) {
        return counter("fastpull.builds", "Requests that have ended", "status", status, "reason", reason);
    }

    private Counter steps(String cached) {
        return counter("fastpull.solve.steps", "Steps of Dockerfiles", "cached", cached);
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private Timer timer(String name, String description, String... tags) {
        return Timer.builder(name).description(description).tags(tags)
                .serviceLevelObjectives(Arrays.copyOf(SECONDS, SECONDS.length)).register(registry);
    }

    private DistributionSummary bytes(String name, String description, String... tags) {
        return DistributionSummary.builder(name).baseUnit("bytes").description(description).tags(tags)
                .serviceLevelObjectives(Arrays.copyOf(BYTES, BYTES.length)).register(registry);
    }

    private static <K extends Enum<K>, V> Map<K, V> each(Class<K> keys, Function<K, V> meter) {
        Map<K, V> meters = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            meters.put(key, meter.apply(key));
        }
        return meters;
    }
}
