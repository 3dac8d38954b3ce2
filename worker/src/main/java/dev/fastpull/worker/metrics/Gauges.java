package dev.fastpull.worker.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** What is looked at whenever Prometheus asks. Where an alert reads a metric, its formula stands beside it. */
final class Gauges {
    private final Clock clock;
    private final Set<Going> running = ConcurrentHashMap.newKeySet();
    private final Set<Going> sending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean connected = new AtomicBoolean();
    private final AtomicLong cacheBytes = new AtomicLong();

    Gauges(MeterRegistry registry, WorkerFacts facts, BooleanSupplier ready, Clock clock) {
        this.clock = clock;
        slots(registry, facts);
        oldest(registry);
        blocked(registry);
        ready(registry, ready);
        connected(registry);
        cache(registry);
        facts.volumes().forEach((name, folder) -> diskFree(registry, name, folder));
        facts.volumes().keySet().forEach(name -> minFree(registry, name, facts));
        info(registry, facts);
    }

    /**
     * {@code fastpull_builds_running} and {@code fastpull_slots}. There are too few slots:
     * {@code sum(avg_over_time(fastpull_builds_running[30m])) / sum(fastpull_slots) > 0.9}.
     */
    private void slots(MeterRegistry registry, WorkerFacts facts) {
        Gauge.builder("fastpull.builds.running", running, Set::size).description("Builds that run now")
                .strongReference(true).register(registry);
        Gauge.builder("fastpull.slots", facts, WorkerFacts::slots).description("Builds that may run at a time")
                .strongReference(true).register(registry);
    }

    /** {@code fastpull_oldest_build_seconds}. A build hangs: {@code max(fastpull_oldest_build_seconds) > 7200}. */
    private void oldest(MeterRegistry registry) {
        Gauge.builder("fastpull.oldest.build", running, this::oldestSeconds).baseUnit("seconds").strongReference(true)
                .description("For how long the oldest running build has run; 0 if none runs").register(registry);
    }

    /**
     * {@code fastpull_event_blocked_seconds}. The broker takes no events, perhaps since its store is full and nobody
     * reads them: {@code max(fastpull_event_blocked_seconds) > 60}.
     */
    private void blocked(MeterRegistry registry) {
        Gauge.builder("fastpull.event.blocked", sending, this::oldestSeconds).baseUnit("seconds").strongReference(true)
                .description("For how long an event has waited for the broker to take it; 0 if none waits")
                .register(registry);
    }

    /** {@code fastpull_ready}. A worker is of no use: {@code max_over_time(fastpull_ready[5m]) == 0}. */
    private static void ready(MeterRegistry registry, BooleanSupplier ready) {
        Gauge.builder("fastpull.ready", ready, now -> now.getAsBoolean() ? 1 : 0).strongReference(true)
                .description("1 if the worker could take a request now").register(registry);
    }

    /** {@code fastpull_broker_connected}: {@code max_over_time(fastpull_broker_connected[2m]) == 0}. */
    private void connected(MeterRegistry registry) {
        Gauge.builder("fastpull.broker.connected", connected, now -> now.get() ? 1 : 0).strongReference(true)
                .description("1 if there is a connection to the broker").register(registry);
    }

    /** {@code fastpull_cache_bytes}, as of a minute ago at most; 0 until it was first looked at. */
    private void cache(MeterRegistry registry) {
        Gauge.builder("fastpull.cache", cacheBytes, AtomicLong::get).baseUnit("bytes").strongReference(true)
                .description("What BuildKit's cache holds").register(registry);
    }

    /**
     * {@code fastpull_disk_free_bytes{volume}}. Full in four hours, or nearly so now:
     * {@code predict_linear(fastpull_disk_free_bytes[1h], 4 * 3600) < 0
     * or fastpull_disk_free_bytes < 2 * fastpull_disk_min_free_bytes}.
     */
    private static void diskFree(MeterRegistry registry, String volume, Path folder) {
        Gauge.builder("fastpull.disk.free", folder, path -> path.toFile().getUsableSpace()).baseUnit("bytes")
                .strongReference(true).tag("volume", volume).description("Free space for the worker's files")
                .register(registry);
    }

    /**
     * {@code fastpull_disk_min_free_bytes{volume}}. A worker takes no request for lack of space:
     * {@code min_over_time(fastpull_disk_min_free_bytes[5m]) > max_over_time(fastpull_disk_free_bytes[5m])}.
     */
    private static void minFree(MeterRegistry registry, String volume, WorkerFacts facts) {
        Gauge.builder("fastpull.disk.min.free", facts, WorkerFacts::minFreeBytes).baseUnit("bytes")
                .strongReference(true).tag("volume", volume)
                .description("With less free space the worker takes no request").register(registry);
    }

    /**
     * {@code fastpull_build_info{version,contract}}. Several versions are at work:
     * {@code count(count by (version) (fastpull_build_info)) > 1}.
     */
    private static void info(MeterRegistry registry, WorkerFacts facts) {
        Gauge.builder("fastpull.build.info", () -> 1).tag("version", facts.version())
                .tag("contract", Integer.toString(facts.contract())).description("What runs here").register(registry);
    }

    void setConnected(boolean now) {
        connected.set(now);
    }

    void setCacheBytes(long now) {
        cacheBytes.set(now);
    }

    BuildMetrics.Running began() {
        return goingOn(running);
    }

    BuildMetrics.Running sending() {
        return goingOn(sending);
    }

    private BuildMetrics.Running goingOn(Set<Going> among) {
        Going one = new Going(clock.instant());
        among.add(one);
        return () -> among.remove(one);
    }

    private double oldestSeconds(Set<Going> among) {
        Instant now = clock.instant();
        return among.stream().mapToDouble(build -> Duration.between(build.since, now).toMillis() / 1000.0).max()
                .orElse(0);
    }

    /** Equal to nothing but itself, since two may begin in the same instant. */
    private static final class Going {
        private final Instant since;

        Going(Instant since) {
            this.since = since;
        }
    }
}
