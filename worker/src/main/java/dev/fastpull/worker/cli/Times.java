package dev.fastpull.worker.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;

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

    /** {@return the time of {@code 2026-12-01T00:00:00Z} or {@code 2026-12-01T01:00:00+01:00}} */
    static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException _) {
            throw new IllegalArgumentException("write a time with its zone, such as 2026-12-01T00:00:00Z");
        }
    }
}
