package dev.fastpull.messages;

import dev.fastpull.messages.BuildRequest.Compression;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What each text of a request must be. Every method reads one text into a value that can be used without a further look,
 * or throws {@link InvalidValueException}.
 */
final class RequestGrammar {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]*");
    private static final Pattern TARGET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Pattern STORE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern BUILD_ARG = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern SHA256 = Pattern.compile("(?:sha256:)?([0-9a-f]{64})");
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private RequestGrammar() {}

    static String requestId(String text) {
        return match(REQUEST_ID, text, RequestLimits.ID_CHARACTERS,
                "letters, digits, dots, underscores, colons and dashes, beginning with a letter or digit");
    }

    static String target(String text) {
        return match(TARGET, text, RequestLimits.TARGET_CHARACTERS,
                "letters, digits, underscores, dots and dashes, beginning with a letter or digit");
    }

    /** The name of a credential or secret: can be a file's name, but never a path, and holds no comma. */
    static String storeName(String text) {
        return match(STORE_NAME, text, RequestLimits.NAME_CHARACTERS,
                "letters, digits, underscores, dots and dashes, beginning with none of the last two");
    }

    static String buildArgName(String text) {
        return match(BUILD_ARG, text, RequestLimits.KEY_CHARACTERS,
                "letters, digits and underscores, beginning with no digit");
    }

    static String labelName(String text) {
        checkLength(text, RequestLimits.KEY_CHARACTERS);
        if (text.isEmpty() || text.indexOf('=') >= 0 || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(
                    "is no name for a label: it must have a character, and no = or control character");
        }
        return text;
    }

    /** The value of a build argument or label; may have several lines. */
    static String value(String text) {
        checkLength(text, RequestLimits.VALUE_CHARACTERS);
        if (text.chars().anyMatch(c -> Character.isISOControl(c) && "\t\n\r".indexOf(c) < 0)) {
            throw new InvalidValueException("has a control character in its value; tab and line ends are allowed");
        }
        return text;
    }

    static String dockerfileInline(String text) {
        checkLength(text, RequestLimits.DOCKERFILE_CHARACTERS);
        if (text.isBlank()) {
            throw new InvalidValueException("is empty; write the Dockerfile's lines, with \\n between them");
        }
        if (text.indexOf('\0') >= 0) {
            throw new InvalidValueException("holds a NUL character");
        }
        return text;
    }

    /** A path below another, without empty parts and {@code .}; empty for the folder itself. */
    static String relativePath(String text) {
        checkLength(text, RequestLimits.PATH_CHARACTERS);
        if (text.isEmpty() || text.startsWith("/") || text.indexOf('\\') >= 0
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(
                    "must be a relative path with / between its parts, without backslashes and control characters");
        }
        List<String> parts = new ArrayList<>();
        for (String part : text.split("/", -1)) {
            if (part.equals("..")) {
                throw new InvalidValueException("must not lead out of the context by ..");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    static String dockerfile(String text) {
        String path = relativePath(text);
        if (path.isEmpty() || text.endsWith("/")) {
            throw new InvalidValueException("names a folder; write the path of a file in the context");
        }
        return path;
    }

    static String sha256(String text) {
        var matcher = SHA256.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidValueException("must be 64 lower-case hex digits, as sha256sum prints them");
        }
        return matcher.group(1);
    }

    static Platform platform(String text) {
        checkLength(text, RequestLimits.NAME_CHARACTERS);
        return Platform.parse(text).orElseThrow(
                () -> new InvalidValueException("must be os/architecture or os/architecture/variant, as linux/amd64"));
    }

    static Format format(String text) {
        for (Format format : Format.values()) {
            if (format.label().equals(text)) {
                return format;
            }
        }
        throw new InvalidValueException(FailureReason.UNSUPPORTED,
                "names the format " + Quoted.of(text) + "; oci and nydus are supported");
    }

    static Compression compression(String text) {
        for (Compression compression : Compression.values()) {
            if (compression.label().equals(text)) {
                return compression;
            }
        }
        throw new InvalidValueException("must be gzip or zstd");
    }

    static VerifyLevel verify(String text) {
        for (VerifyLevel level : VerifyLevel.values()) {
            if (level.label().equals(text)) {
                return supported(level);
            }
        }
        throw new InvalidValueException("must be content, structure or none");
    }

    private static VerifyLevel supported(VerifyLevel level) {
        if (level == VerifyLevel.FULL) {
            throw new InvalidValueException(FailureReason.UNSUPPORTED,
                    "asks for full, which this version of fastpull does not support; content is the closest");
        }
        return level;
    }

    static Duration timeout(String text) {
        try {
            Duration timeout = Duration.parse(text);
            if (timeout.compareTo(Duration.ZERO) > 0 && timeout.compareTo(RequestLimits.TIMEOUT) <= 0) {
                return timeout;
            }
            throw new InvalidValueException("must be more than nothing and at most " + RequestLimits.TIMEOUT);
        } catch (DateTimeException e) {
            throw new InvalidValueException("must be a duration of ISO 8601, as PT30M for half an hour");
        }
    }

    static Instant deadline(String text) {
        try {
            Instant deadline = Instant.parse(text);
            if (!deadline.isBefore(EARLIEST) && !deadline.isAfter(LATEST)) {
                return deadline;
            }
            throw new InvalidValueException("must be a time between the years 2000 and 9999");
        } catch (DateTimeException e) {
            throw new InvalidValueException("must be a time of ISO 8601 with its zone, as 2026-12-01T00:00:00Z");
        }
    }

    private static String match(Pattern pattern, String text, int most, String description) {
        checkLength(text, most);
        if (!pattern.matcher(text).matches()) {
            throw new InvalidValueException("must be " + description);
        }
        return text;
    }

    static void checkLength(String text, int most) {
        if (text.length() > most) {
            throw new InvalidValueException("has " + text.length() + " characters; " + most + " are the most");
        }
    }
}
