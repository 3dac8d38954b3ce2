package dev.fastpull.worker.job;

import dev.fastpull.messages.Phase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long a build may take, whole and in its phases. The phase publish has no limit here: stopped between two tags, its
 * event could not say what is published. Each of its calls to the registry has limits of its own
 * ({@link dev.fastpull.worker.registry.ClientTimeouts}), and so it ends as well.
 *
 * @param build how long the whole build may take that does not say; null for as long as it likes
 * @param phases how long a phase may take, each time it is run; a phase that is not there has what the build has
 */
public record TimeLimits(@Nullable Duration build, Map<Phase, Duration> phases) {
    /**
     * What a phase that works takes even with much to do, and so what tells that it hangs. Solves have none: how long a
     * Dockerfile's steps take nobody but its owner knows, and a request has a timeout for that.
     */
    public static final Map<Phase, Duration> USUAL = Map.of(Phase.FETCH, Duration.ofMinutes(15), Phase.UNPACK,
            Duration.ofMinutes(15), Phase.BUILD_NYDUS, Duration.ofMinutes(30), Phase.VERIFY, Duration.ofMinutes(15));

    /** Copies the map. */
    public TimeLimits {
        if (phases.containsKey(Phase.PUBLISH)) {
            throw new IllegalArgumentException("publish has no limit but those of its calls to the registry");
        }
        phases = Map.copyOf(phases);
    }

    /** {@return no limit at all} */
    public static TimeLimits none() {
        return new TimeLimits(null, Map.of());
    }

    /** {@return the usual limits of phases, with a limit on the whole build} */
    public static TimeLimits usual(@Nullable Duration build) {
        return new TimeLimits(build, USUAL);
    }

    /** {@return the same with some phases' limits replaced} */
    public TimeLimits with(Map<Phase, Duration> others) {
        Map<Phase, Duration> all = new EnumMap<>(Phase.class);
        all.putAll(phases);
        all.putAll(others);
        return new TimeLimits(build, all);
    }

    /** {@return how long a phase may take; null for as long as the build} */
    @Nullable
    Duration of(Phase phase) {
        return phases.get(phase);
    }
}
