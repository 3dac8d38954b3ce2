package dev.fastpull.worker.cli;

import dev.fastpull.messages.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Durations and points in time as people write them. */
final class Times {
    private Times() {}

    /** {@return the duration of {@code 30m}, {@code 1h30m}, {@code 2d} or {@code PT30M}} */
    static Duration duration(String text) {
        String iso = text.toUpperCase(Locale.ROOT);
        try {
            return Duration.parse(iso.startsWith("P") ? iso : iso.matches("[0-9]+D") ? "P" + iso : "PT" + iso);
        } catch (DateTimeParseException _) {
            throw new IllegalArgumentException("write a duration, such as 90s, 30m, 1h30m or PT30M");
        }
    }

    /** {@return a duration that is longer than nothing} */
    static Duration positive(String text) {
        Duration duration = duration(text);
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("write a duration above zero");
        }
        return duration;
    }

    /** {@return a duration that may be nothing} */
    static Duration notNegative(String text) {
        Duration duration = duration(text);
        if (duration.isNegative()) {
            throw new IllegalArgumentException("write a duration that is not negative");
        }
        return duration;
    }

    /** {@return the phase and the duration of {@code fetch=15m}} */
    static Map.Entry<Phase, Duration> ofPhase(String text) {
        int equals = text.indexOf('=');
        String name = text.substring(0, Math.max(equals, 0));
        Phase phase = Arrays.stream(Phase.values()).filter(known -> known.label().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("write PHASE=DURATION, as in fetch=15m; the phases are"
                        + " fetch, unpack, build-oci, build-nydus and verify"));
        if (phase == Phase.PUBLISH) {
            throw new IllegalArgumentException("publish has no limit of its own: it is not stopped between two tags,"
                    + " and each of its calls to the registry has 60 s");
        }
        return Map.entry(phase, positive(text.substring(equals + 1)));
    }

    /** {@return the time of {@code 2026-12-01T00:00:00Z} or {@code 2026-12-01T01:00:00+01:00}} */
    static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException _) {
            throw new IllegalArgumentException("write a time with its zone, such as 2026-12-01T00:00:00Z");
        }
    }
}
