package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.event.EventDestination;
import dev.fastpull.worker.job.Attempt;
import dev.fastpull.worker.job.JobListener;
import dev.fastpull.worker.job.RequestProcessor;
import dev.fastpull.worker.job.SecretStore;
import dev.fastpull.worker.metrics.MetricsServer;
import dev.fastpull.worker.metrics.PrometheusMetrics;
import dev.fastpull.worker.metrics.WorkerFacts;
import dev.fastpull.worker.queue.Backoff;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.BrokerConfig;
import dev.fastpull.worker.queue.BrokerConnector;
import dev.fastpull.worker.queue.ProgressPublisher;
import dev.fastpull.worker.queue.RequestQueue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A member of the pool: slots on a queue, a builder behind them, and its metrics. */
final class QueueWorker implements AutoCloseable {
    /** By then a broker that was restarted has delivered again what it held. */
    private static final Duration COMES_BACK_WITHIN = Duration.ofMinutes(1);
    private final RequestQueue queue;
    private final RequestProcessor processor;
    private final ProgressPublisher progress;
    private final MetricsServer http;
    private final PrometheusMetrics metrics;

    private QueueWorker(RequestQueue queue, RequestProcessor processor, ProgressPublisher progress, MetricsServer http,
            PrometheusMetrics metrics) {
        this.queue = queue;
        this.processor = processor;
        this.progress = progress;
        this.http = http;
        this.metrics = metrics;
    }

    /** {@return the configuration for these brokers, with the names that producers expect} */
    static BrokerConfig config(List<URI> urls, @Nullable BrokerAccess access, int slots, int maxAttempts) {
        return new BrokerConfig(urls, access, Destinations.REQUESTS,
                List.of(EventDestination.parse(Destinations.EVENTS)), Destinations.INVALID, Destinations.PROGRESS,
                List.of(), slots, maxAttempts, Backoff.DEFAULT);
    }

    /** Starts to take requests, none of them with secrets, and returns at once. */
    static QueueWorker start(BrokerConfig config, BuildService service, BuildService.Settings settings,
            InetSocketAddress httpAddress) throws IOException {
        return start(config, service, settings, httpAddress, new SecretStore(null), null);
    }

    /**
     * Starts to take requests, which may name the secrets of this store, and returns at once.
     *
     * @param most how many requests are taken at all; null for as many as come
     */
    static QueueWorker start(BrokerConfig config, BuildService service, BuildService.Settings settings,
            InetSocketAddress httpAddress, SecretStore secrets, @Nullable Integer most) throws IOException {
        Clock clock = Clock.systemUTC();
        var connector = new BrokerConnector(config.access());
        var queue = new AtomicReference<@Nullable RequestQueue>();
        var facts = new WorkerFacts(Versions.worker(), BuildRequest.VERSION, config.slots(),
                Map.of("work", settings.folder()), service.diskGuard().limits().minFree());
        var metrics = new PrometheusMetrics(facts, () -> problems(queue.get(), service).isEmpty(), clock);
        service.tell(metrics);
        var progress = new ProgressPublisher(config, connector, metrics);
        var processor = new RequestProcessor(service.runner(), secrets,
                (request, attempt) -> news(request, attempt, settings.worker(), progress, clock), settings.worker(),
                clock, () -> connected(queue.get()), COMES_BACK_WITHIN);
        var requests = new RequestQueue(config, connector, processor, metrics, clock, event -> {
            processor.committed(event);
            progress.publish(new ProgressEvent.Ended(event.report().requestId(), event, clock.instant()));
        }, processor, service.diskGuard()::open, most);
        queue.set(requests);
        var http = MetricsServer.start(httpAddress, metrics::scrape, () -> problems(queue.get(), service));
        requests.start();
        return new QueueWorker(requests, processor, progress, http, metrics);
    }

    private static boolean connected(@Nullable RequestQueue queue) {
        return queue != null && queue.connected();
    }

    private static JobListener news(BuildRequest request, Attempt attempt, String worker, ProgressPublisher progress,
            Clock clock) {
        progress.publish(new ProgressEvent.Started(request.requestId(), worker, attempt.number(), clock.instant()));
        return new ProgressNews(request.requestId(), progress::publish, clock);
    }

    private static List<String> problems(@Nullable RequestQueue queue, BuildService service) {
        List<String> problems = new ArrayList<>(
                queue == null ? List.of("the worker is starting") : queue.problems());
        service.diskGuard().problem().ifPresent(problems::add);
        if (!service.answers()) {
            problems.add("buildkitd does not answer");
        }
        return problems;
    }

    /** {@return whether there is a connection to the broker now} */
    boolean connected() {
        return queue.connected();
    }

    /** {@return why the worker ends by itself now, by this rule; empty where it goes on} */
    Optional<String> ending(ExitRule rule) {
        return rule.reason(queue.ended(), queue.quiet());
    }

    /** Takes no new request; {@return whether any is still at work} */
    boolean finishing() {
        queue.stopTaking();
        return queue.busy();
    }

    InetSocketAddress httpAddress() {
        return http.address();
    }

    String scrape() {
        return metrics.scrape(MetricsServer.TEXT);
    }

    /** Takes no new request, and waits for those at work for as long as the grace period. */
    void drain(Duration grace) throws InterruptedException {
        queue.stop(grace);
    }

    @Override
    public void close() {
        queue.close();
        processor.close();
        progress.close();
        http.close();
    }
}
