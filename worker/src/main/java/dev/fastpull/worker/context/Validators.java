package dev.fastpull.worker.context;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether two answers are parts of the same bytes, by RFC 9110 (§8.8 validators, §13.1.5 If-Range, §14.4). */
final class Validators {
    private static final Pattern CONTENT_RANGE = Pattern
            .compile("bytes +([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    private Validators() {}

    /**
     * {@return what to send as If-Range: a strong ETag, or a Last-Modified that was at least a second old and so
     * stands for one version only; null where there is neither or the server takes no ranges}
     */
    static @Nullable String of(Redirects.Answer answer) {
        if ("none".equalsIgnoreCase(answer.header("Accept-Ranges"))) {
            return null;
        }
        String etag = answer.header("ETag");
        if (etag != null) {
            return etag.startsWith("\"") && etag.endsWith("\"") && etag.length() > 2 ? etag : null;
        }
        String modified = answer.header("Last-Modified");
        String date = answer.header("Date");
        if (modified == null || date == null) {
            return null;
        }
        try {
            return parsed(modified).plusSeconds(1).isAfter(parsed(date)) ? null : modified;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static ZonedDateTime parsed(String date) {
        return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME);
    }

    /** {@return whether a 206 holds all the rest of what is there, of the same version} */
    static boolean continues(Redirects.Answer answer, Download download) {
        Matcher range = CONTENT_RANGE.matcher(String.valueOf(answer.header("Content-Range")));
        if (!range.matches() || Long.parseLong(range.group(1)) != download.received()) {
            return false;
        }
        String validator = String.valueOf(download.validator());
        String etag = answer.header("ETag");
        if (validator.startsWith("\"") && etag != null && !etag.equals(validator)) {
            return false;
        }
        long total = range.group(3).equals("*") ? -1 : Long.parseLong(range.group(3));
        return total < 0 || download.total() < 0 || total == download.total();
    }
}
