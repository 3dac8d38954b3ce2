package dev.fastpull.worker.context;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads from a presigned URL when it expires: Amazon S3 and what speaks like it ({@code X-Amz-Date} and
 * {@code X-Amz-Expires}, or {@code Expires} in seconds since 1970 as CloudFront and the old signature have it), Google
 * Cloud Storage ({@code X-Goog-…}), Azure's shared access signatures ({@code se}).
 */
final class PresignedUrl {
    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    private PresignedUrl() {}

    /** {@return when the URL expires, or empty where it does not say so in one of these ways} */
    static Optional<Instant> expiry(ContextUrl url) {
        if (url.query() == null) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        try {
            for (String pair : url.query().split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    parameters.putIfAbsent(pair.substring(0, equals).toLowerCase(Locale.ROOT),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
            for (String vendor : new String[]{"x-amz-", "x-goog-"}) {
                String date = parameters.get(vendor + "date");
                String seconds = parameters.get(vendor + "expires");
                if (date != null && seconds != null) {
                    return Optional.of(LocalDateTime.parse(date, BASIC).toInstant(ZoneOffset.UTC)
                            .plusSeconds(Long.parseLong(seconds)));
                }
            }
            if (parameters.containsKey("expires")) {
                return Optional.of(Instant.ofEpochSecond(Long.parseLong(parameters.get("expires"))));
            }
            if (parameters.containsKey("se") && parameters.containsKey("sig")) {
                return Optional.of(OffsetDateTime.parse(parameters.get("se")).toInstant());
            }
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
