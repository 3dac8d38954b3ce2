package dev.fastpull.messages;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on, as in {@code linux/amd64} or {@code linux/arm/v7}.
 *
 * @param os the operating system, as Go names it
 * @param architecture the processor, as Go names it
 * @param variant the processor's variant; null for none
 */
public record Platform(String os, String architecture, @Nullable String variant) {
    private static final Pattern GRAMMAR = Pattern.compile("([a-z0-9]+)/([a-z0-9_]+)(?:/([a-z0-9.]+))?");

    /**
     * {@return the platform that the text names, or empty where it is not of the form os/architecture[/variant]}
     *
     * @param text any text
     */
    public static Optional<Platform> parse(String text) {
        var matcher = GRAMMAR.matcher(text);
        return matcher.matches()
                ? Optional.of(new Platform(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    /** {@return the platform that this process runs on} */
    public static Platform local() {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return new Platform("linux", machine.equals("aarch64") ? "arm64" : machine.replace("x86_64", "amd64"), null);
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
    }
}
