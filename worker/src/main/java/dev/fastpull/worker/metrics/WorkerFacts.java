package dev.fastpull.worker.metrics;

import java.nio.file.Path;
import java.util.Map;

/**
 * What is the same for as long as a worker runs.
 *
 * @param version the version of fastpull
 * @param contract the version of the messages it understands
 * @param slots how many builds it runs at a time
 * @param volumes the folders whose free space matters, by the name that the metric gives them, such as {@code work}
 * @param minFreeBytes with less free space on one of them, the worker takes no request
 */
public record WorkerFacts(String version, int contract, int slots, Map<String, Path> volumes, long minFreeBytes) {
    /** Copies the volumes. */
    public WorkerFacts {
        volumes = Map.copyOf(volumes);
    }
}
