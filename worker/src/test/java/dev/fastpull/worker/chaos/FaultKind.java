package dev.fastpull.worker.chaos;

import java.time.Duration;

/** What is done to the service while it works. */
enum FaultKind {
    WORKER_KILL("worker killed with -9, and started again", 65, true, 0,
            0), WORKER_FREEZE("worker stopped with SIGSTOP for a moment", 8, true, 1, 6),
    /** Longer than the broker's limit of 15 s, at which it gives the session up; it looks every 15 s. */
    WORKER_ZOMBIE("worker stopped with SIGSTOP until the broker had given it up, then woken", 5, true, 31, 34),
    /** The worst case of fencing: all was asked and granted, and the PUT comes late. */
    LATE_PUT("a tag's PUT held in the network, its worker stopped, until the broker had given it up", 8, true, 34,
            44), WORKER_RESTART("worker told to end with SIGTERM, and started again", 12, true, 0, 0), DAEMON_KILL(
                    "buildkitd of a worker killed with -9", 12, true, 0,
                    0), DISK_FULL("a worker's disk full for some seconds", 6, true, 2,
                            6), BROKER_KILL("broker killed with -9, and started again", 11, false, 0, 3), REGISTRY_500(
                                    "registry answers 500", 14, false, 0.5, 5), REGISTRY_429("registry answers 429", 14,
                                            false, 0.5, 5), REGISTRY_RESET("registry resets connections", 14, false,
                                                    0.5, 5), REGISTRY_HANG("registry hangs", 14, false, 0.5, 5);

    private final String words;
    private final int perThousand;
    private final boolean ofWorker;
    private final double shortestSeconds;
    private final double longestSeconds;

    FaultKind(String words, int perThousand, boolean ofWorker, double shortestSeconds, double longestSeconds) {
        this.words = words;
        this.perThousand = perThousand;
        this.ofWorker = ofWorker;
        this.shortestSeconds = shortestSeconds;
        this.longestSeconds = longestSeconds;
    }

    /** {@return what it is, for the report} */
    String words() {
        return words;
    }

    /** {@return how many there are in a run of a thousand requests} */
    int perThousand() {
        return perThousand;
    }

    /** {@return whether it is done to one worker} */
    boolean ofWorker() {
        return ofWorker;
    }

    /** {@return whether it takes a worker away for so long that it must not be a run's last} */
    boolean isLong() {
        return shortestSeconds > 10;
    }

    /** {@return how long it lasts}, where {@code chance} is from 0 to 1. */
    Duration lasting(double chance) {
        return Duration.ofMillis((long) (1000 * (shortestSeconds + (longestSeconds - shortestSeconds) * chance)));
    }
}
