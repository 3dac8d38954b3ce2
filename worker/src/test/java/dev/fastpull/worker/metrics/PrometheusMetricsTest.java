package dev.fastpull.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.Digest;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.worker.event.TestEvents;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {
    private static final Digest DIGEST = Digest.parse("sha256:" + "a".repeat(64)).orElseThrow();

    private final AtomicBoolean ready = new AtomicBoolean();
    private final PrometheusMetrics metrics = new PrometheusMetrics(
            new WorkerFacts("1.2.3", 1, 4, Map.of("work", Path.of("/")), 5), ready::get,
            Clock.fixed(Instant.parse("2026-11-01T00:00:00Z"), ZoneOffset.UTC));

    @Test
    void existsFromTheStart() {
        List<String> names = List.of("fastpull_builds_total", "fastpull_build_duration_seconds_bucket",
                "fastpull_phase_duration_seconds_bucket", "fastpull_queue_wait_seconds_bucket",
                "fastpull_builds_running", "fastpull_slots", "fastpull_redeliveries_total",
                "fastpull_invalid_requests_total", "fastpull_image_size_bytes_bucket", "fastpull_context_bytes_bucket",
                "fastpull_verify_mismatches_total", "fastpull_ready", "fastpull_disk_free_bytes",
                "fastpull_replies_failed_total", "fastpull_solve_steps_total", "fastpull_oldest_build_seconds",
                "fastpull_build_info", "fastpull_buildkitd_restarts_total", "fastpull_broker_connected",
                "fastpull_progress_dropped_total", "fastpull_cache_bytes", "fastpull_retries_total",
                "fastpull_event_blocked_seconds");

        String scrape = metrics.scrape(MetricsServer.TEXT);

        assertThat(names).allSatisfy(name -> assertThat(scrape).containsPattern("(?m)^" + name + "[ {]"));
        for (FailureReason reason : FailureReason.values()) {
            assertThat(scrape).containsPattern(
                    "fastpull_builds_total\\{reason=\"" + reason.name() + "\",status=\"[a-z]+\"\\} 0\\.0");
        }
    }

    @Test
    void hasBucketsFromATenthOfASecondToAnHour() {
        assertThat(metrics.scrape(MetricsServer.TEXT)).contains("fastpull_build_duration_seconds_bucket{le=\"0.1\"} 0",
                "fastpull_build_duration_seconds_bucket{le=\"3600.0\"} 0");
    }

    @Test
    void countsASuccess() {
        metrics.ended(TestEvents.succeeded("r1",
                List.of(new BuiltImage(Format.NYDUS, "r/a:v1-fastpull", DIGEST, "t", DIGEST, 5_000_000, 3))));

        assertThat(metrics.scrape(MetricsServer.TEXT)).contains(
                "fastpull_builds_total{reason=\"NONE\",status=\"succeeded\"} 1.0",
                "fastpull_build_duration_seconds_sum 4.0",
                "fastpull_phase_duration_seconds_sum{phase=\"build-oci\"} 3.0",
                "fastpull_image_size_bytes_sum{format=\"nydus\"} 5000000.0", "fastpull_context_bytes_sum 2000000.0",
                "fastpull_solve_steps_total{cached=\"true\"} 2.0", "fastpull_solve_steps_total{cached=\"false\"} 3.0");
    }

    @Test
    void countsAMismatchUnderBothNames() {
        metrics.ended(TestEvents.failed("r1", FailureReason.NYDUS_MISMATCH));

        assertThat(metrics.scrape(MetricsServer.TEXT)).contains(
                "fastpull_builds_total{reason=\"NYDUS_MISMATCH\",status=\"failed\"} 1.0",
                "fastpull_verify_mismatches_total 1.0");
    }

    @Test
    void tellsFirstDeliveriesFromLaterOnes() {
        metrics.received(1, Duration.ofSeconds(2));
        metrics.received(2, Duration.ofSeconds(90));

        assertThat(metrics.scrape(MetricsServer.TEXT)).contains("fastpull_queue_wait_seconds_sum 2.0",
                "fastpull_redeliveries_total 1.0");
    }

    @Test
    void showsWhatRunsNow() {
        ready.set(true);
        metrics.brokerConnected(true);
        try (BuildMetrics.Running _ = metrics.began(); BuildMetrics.Running _ = metrics.began()) {
            assertThat(metrics.scrape(MetricsServer.TEXT)).contains("fastpull_builds_running 2.0",
                    "fastpull_ready 1.0", "fastpull_broker_connected 1.0",
                    "fastpull_build_info{contract=\"1\",version=\"1.2.3\"} 1");
        }
        assertThat(metrics.scrape(MetricsServer.TEXT)).contains("fastpull_builds_running 0.0");
    }
}
