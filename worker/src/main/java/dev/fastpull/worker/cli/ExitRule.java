package dev.fastpull.worker.cli;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a worker ends by itself, as one that was started for a single job does.
 *
 * @param builds after how many requests, at least 1; null for never
 * @param idle after how long without one; null for never
 */
record ExitRule(@Nullable Integer builds, @Nullable Duration idle) {
    /** A worker that goes on until it is told to end. */
    static final ExitRule NEVER = new ExitRule(null, null);

    /**
     * {@return why the worker ends now, for its log; empty where it goes on}
     *
     * @param ended how many requests have ended here
     * @param quiet for how long none has come and none has been worked on
     */
    Optional<String> reason(int ended, Duration quiet) {
        if (builds != null && ended >= builds) {
            return Optional.of(ended + " of " + builds + " requests have ended");
        }
        return idle != null && quiet.compareTo(idle) >= 0
                ? Optional.of("no request has come for " + quiet.toSeconds() + " s")
                : Optional.empty();
    }
}
