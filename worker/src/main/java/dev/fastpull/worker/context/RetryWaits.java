package dev.fastpull.worker.context;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a fetch is tried again: 0.2 s, doubled each time up to 10 s, less up to a half by chance so
 * that many workers do not come back at once; or what the server asks for, up to a minute.
 *
 * @param random the source of chance
 */
record RetryWaits(RandomGenerator random) {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** Beyond this the request is better tried by the queue's rules than by holding a slot. */
    private static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(1);

    /**
     * {@return the wait before the next try, or empty where the server asks for more patience than there is}
     *
     * @param failures how many tries in a row have failed, at least 1
     * @param askedFor what the server asks for; null for nothing
     */
    Optional<Duration> next(int failures, @Nullable Duration askedFor) {
        if (askedFor != null) {
            return askedFor.compareTo(LONGEST_ASKED_FOR) > 0 ? Optional.empty() : Optional.of(askedFor);
        }
        Duration full = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
        Duration capped = full.compareTo(LONGEST) > 0 ? LONGEST : full;
        return Optional.of(Duration.ofMillis((long) (capped.toMillis() * (0.5 + random.nextDouble() / 2))));
    }

    /** {@return the duration that a Retry-After header asks for, seconds or a date; null where it says nothing} */
    static @Nullable Duration retryAfter(@Nullable String header, Clock clock) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        try {
            if (!text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration wait = Duration.between(clock.instant(), until);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
