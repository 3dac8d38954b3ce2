package dev.fastpull.worker.disk;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of space as people write it: {@code 512MiB}, {@code 5GiB}, {@code 5} for as many GiB, or {@code 10%} of a
 * volume.
 *
 * @param amount of bytes or of percent
 * @param percent whether it is a part of a volume
 */
public record Size(long amount, boolean percent) {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,9})\\s*(?:([KMGT])i?B?|(%))?",
            Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGT";
    private static final double STEP = 1024;
    private static final int BITS_PER_STEP = 10;
    private static final int WHOLE = 100;

    /** {@return what the text stands for}; throws {@link IllegalArgumentException} where that is nothing. */
    public static Size parse(String text) {
        Matcher written = WRITTEN.matcher(text.strip());
        if (!written.matches() || (written.group(3) != null && Long.parseLong(written.group(1)) > WHOLE)) {
            throw new IllegalArgumentException("write a size, such as 5GiB, 500MiB or 10%");
        }
        long number = Long.parseLong(written.group(1));
        if (written.group(3) != null) {
            return new Size(number, true);
        }
        String unit = written.group(2) == null ? "G" : written.group(2).toUpperCase(Locale.ROOT);
        return new Size(number << (BITS_PER_STEP * (UNITS.indexOf(unit) + 1)), false);
    }

    /** {@return the same for what cannot be nothing} */
    public static Size parsePositive(String text) {
        Size size = parse(text);
        if (size.amount() == 0) {
            throw new IllegalArgumentException("write a size above zero");
        }
        return size;
    }

    /** {@return how many bytes that is on a volume of this size} */
    public long bytes(long total) {
        return percent ? total / WHOLE * amount + total % WHOLE * amount / WHOLE : amount;
    }

    /** {@return {@code 1.2 GiB}, {@code 300.0 MiB}} */
    public static String text(long bytes) {
        double amount = bytes / STEP;
        int unit = 0;
        while (Math.abs(amount) >= STEP && unit < UNITS.length() - 1) {
            amount /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %siB", amount, UNITS.charAt(unit));
    }
}
