package dev.fastpull.worker.chaos;

import java.time.Duration;

/** What is done to the service while it works. */
enum FaultKind {
    /** In mid-build, for the most part. */
    WORKER_KILL("worker killed with -9", 65, true, 0, 0),
    /** Too short for the broker to notice. */
    WORKER_FREEZE("worker stopped for a moment", 8, true, 1, 6),
    /** Longer than three times {@link Broker#SILENCE_SECONDS}, by when the broker has given the session up. */
    WORKER_ZOMBIE("worker stopped until the broker gave it up, then woken", 6, true, 17, 20),
    /** The worst case of fencing: all was asked and granted, and the PUT comes late. */
    LATE_PUT("PUT of a tag held until the broker gave its worker up", 12, true, 17, 28),
    /** As in a rolling restart. */
    WORKER_RESTART("worker told to end with SIGTERM", 12, true, 0, 0),
    /** The worker starts it again by itself. */
    DAEMON_KILL("buildkitd killed with -9", 12, true, 0, 0),
    /** The first worker's, whose folder is on a small tmpfs. */
    DISK_FULL("a worker's disk full", 6, true, 2, 6),
    /** It keeps what it has acknowledged. */
    BROKER_KILL("broker killed with -9", 11, false, 0, 3),
    /** For everything that is asked. */
    REGISTRY_500("registry answers 500", 14, false, 0.5, 5),
    /** With a Retry-After of a second. */
    REGISTRY_429("registry answers 429", 14, false, 0.5, 5),
    /** At each request. */
    REGISTRY_RESET("registry resets connections", 14, false, 0.5, 5),
    /** And answers late. */
    REGISTRY_HANG("registry hangs", 14, false, 0.5, 5);

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
