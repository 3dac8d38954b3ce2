package dev.fastpull.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The SHA-256 of content in a registry, as in {@code sha256:9c56…}.
 *
 * @param hex 64 lower-case hex digits
 */
public record Digest(String hex) {
    private static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** Checks the digits, and throws {@link IllegalArgumentException} where they are not 64 lower-case hex digits. */
    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a SHA-256 in hex: " + hex);
        }
    }

    /**
     * {@return the digest that the text is, or empty where it is not of the form {@code sha256:<64 hex digits>}}
     *
     * @param text any text
     */
    public static Optional<Digest> parse(String text) {
        return text.startsWith(PREFIX) && HEX.matcher(text.substring(PREFIX.length())).matches()
                ? Optional.of(new Digest(text.substring(PREFIX.length())))
                : Optional.empty();
    }

    /**
     * {@return the digest that the text is}
     *
     * @param text {@code sha256:} and 64 lower-case hex digits
     * @throws IllegalArgumentException where it is anything else
     */
    @JsonCreator
    public static Digest of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a SHA-256 digest: " + text));
    }

    @Override
    @JsonValue
    public String toString() {
        return PREFIX + hex;
    }
}
