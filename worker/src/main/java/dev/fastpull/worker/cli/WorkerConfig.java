package dev.fastpull.worker.cli;

import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.UrlPrefix;
import dev.fastpull.worker.disk.DiskSizes;
import dev.fastpull.worker.disk.Size;
import dev.fastpull.worker.event.EventDestination;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.queue.Backoff;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.BrokerConfig;
import dev.fastpull.worker.queue.BrokerUrls;
import dev.fastpull.worker.registry.RegistryConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that an operator says of a worker, read once when it starts.
 *
 * @param embeddedPort the port of the broker in this process, 0 for any; null where the broker is another's
 * @param brokers the brokers of somebody else; none where there is an embedded one
 * @param access how the broker is approached
 * @param queue the queue of requests
 * @param events where completion events go
 * @param slots how many builds run at a time
 * @param maxAttempts how often a request is delivered before it fails
 * @param contexts where contexts may come from
 * @param secrets the folder with the secrets that requests may name; null for none
 * @param registries how registries are reached
 * @param data where cache and queue are kept
 * @param disk how much of its disk is for the cache, and how much is kept free
 * @param http where metrics are served, its name not resolved yet; port 0 for any that is free
 * @param grace how long builds may take to end on SIGTERM
 * @param limits how long builds may take
 * @param exit when the worker ends by itself
 * @param name the worker's name in events
 */
record WorkerConfig(@Nullable Integer embeddedPort, BrokerUrls brokers, BrokerAccess access, String queue,
        List<EventDestination> events, int slots, int maxAttempts, ContextConfig contexts, @Nullable Path secrets,
        RegistryConfig registries, Path data, DiskSizes disk, InetSocketAddress http, Duration grace,
        TimeLimits limits, ExitRule exit, String name) {

    WorkerConfig {
        events = List.copyOf(events);
    }

    /**
     * Reads what was written.
     *
     * @param written the options
     * @param environment the environment
     * @param mistakes is told all that is wrong; where there is anything, the result is not to be used
     */
    static WorkerConfig parse(WorkerOptions written, Map<String, String> environment, Mistakes mistakes) {
        checkBroker(written, mistakes);
        Integer port = written.embeddedBroker == null
                ? null
                : mistakes.number("--embedded-broker", written.embeddedBroker, 0);
        return new WorkerConfig(port, written.broker.urls(mistakes), written.broker.access(environment, mistakes),
                written.broker.queue(mistakes), mistakes.each("--events", written.events, EventDestination::parse),
                mistakes.number("--slots", written.slots, 1),
                mistakes.number("--max-attempts", written.maxAttempts, 1), contexts(written, mistakes),
                written.secrets == null ? null : mistakes.folder("--secrets", written.secrets),
                written.registries.config(environment, mistakes), Path.of(written.data),
                disk(written, mistakes),
                http(written.http, mistakes),
                mistakes.read("--grace", written.grace, Duration.ZERO, Times::notNegative),
                limits(written, mistakes), exit(written, mistakes),
                environment.getOrDefault("HOSTNAME", "worker") + "-" + ProcessHandle.current().pid());
    }

    /** {@return the broker's part, with these addresses} */
    BrokerConfig broker(List<URI> urls) {
        return new BrokerConfig(urls, access, queue, events, Destinations.INVALID, Destinations.PROGRESS,
                List.of(), slots, maxAttempts, Backoff.DEFAULT);
    }

    /** {@return the part that builds} */
    BuildService.Settings build(Toolchain toolchain, Path folder) {
        return new BuildService.Settings(toolchain, folder, registries, contexts, disk, name, limits);
    }

    private static DiskSizes disk(WorkerOptions written, Mistakes mistakes) {
        return new DiskSizes(
                written.minFree == null ? null : mistakes.read("--min-free", written.minFree, null, Size::parse),
                written.cacheSize == null
                        ? null
                        : mistakes.read("--cache-size", written.cacheSize, null, Size::parsePositive));
    }

    private static TimeLimits limits(WorkerOptions written, Mistakes mistakes) {
        Map<Phase, Duration> phases = new EnumMap<>(Phase.class);
        mistakes.each("--phase-timeout", written.phaseTimeouts, Times::ofPhase)
                .forEach(limit -> phases.put(limit.getKey(), limit.getValue()));
        return TimeLimits.usual(mistakes.read("--timeout", written.timeout, Duration.ZERO, Times::positive))
                .with(phases);
    }

    private static ExitRule exit(WorkerOptions written, Mistakes mistakes) {
        return new ExitRule(
                written.exitAfterBuilds == null
                        ? null
                        : mistakes.number("--exit-after-builds", written.exitAfterBuilds, 1),
                written.exitAfterIdle == null
                        ? null
                        : mistakes.read("--exit-after-idle", written.exitAfterIdle, Duration.ZERO, Times::positive));
    }

    private static void checkBroker(WorkerOptions written, Mistakes mistakes) {
        if (written.broker.given() && written.embeddedBroker != null) {
            mistakes.add("Both --broker and --embedded-broker are given: use one of them.");
        } else if (!written.broker.given() && written.embeddedBroker == null) {
            mistakes.add("Say which broker to take requests from: --broker tcp://HOST:61616, or --embedded-broker for"
                    + " one in this process.");
        }
    }

    private static ContextConfig contexts(WorkerOptions written, Mistakes mistakes) {
        return ContextConfig.defaults()
                .withAllowed(mistakes.each("--context-allow", written.contextAllow, UrlPrefix::parse))
                .withFolders(written.contextFolders.stream()
                        .map(folder -> mistakes.folder("--context-folder", folder)).toList())
                .withCredentials(written.contextCredentials == null
                        ? null
                        : mistakes.folder("--context-credentials", written.contextCredentials))
                .withCertificates(written.contextCas.stream()
                        .map(file -> mistakes.certificates("--context-ca", file))
                        .toList());
    }

    private static InetSocketAddress http(String text, Mistakes mistakes) {
        return mistakes.read("--http", text, InetSocketAddress.createUnresolved("localhost", 0), address -> {
            int colon = address.lastIndexOf(':');
            String port = address.substring(colon + 1);
            if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
                throw new IllegalArgumentException("write ADDR:PORT, as in 127.0.0.1:9464.");
            }
            return InetSocketAddress.createUnresolved(address.substring(0, colon), Integer.parseInt(port));
        });
    }
}
