package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.MessageCodec;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the end of a build is told.
 *
 * @param format json for the event; null for a table
 * @param quiet whether the table is to be of names and digests only
 * @param tail whether the last lines of a failed step are to be shown, which nobody has seen yet
 */
record Outcome(@Nullable OutputFormat format, boolean quiet, boolean tail) {
    private static final double KIB = 1024;

    /** Prints what was built to {@code out}, and why there is nothing to {@code err}. */
    void print(CompletionEvent event, PrintStream out, PrintStream err) {
        event.cause().ifPresent(failure -> print(failure, err));
        if (format == OutputFormat.JSON) {
            out.println(MessageCodec.encodeEvent(event));
        } else if (quiet) {
            event.report().images().forEach(image -> out.println(image.reference() + "@" + image.digest()));
        } else {
            table(event.report().images()).forEach(out::println);
        }
    }

    private void print(Failure failure, PrintStream err) {
        if (tail && failure.logTail() != null) {
            failure.logTail().lines().forEach(line -> err.println("  " + Printable.line(line)));
        }
        err.println("fastpull: " + failure.reason() + ": " + Printable.line(failure.message()));
    }

    /** {@return a row for each image: format, reference, digest, size} */
    static List<String> table(List<BuiltImage> images) {
        int width = images.stream().mapToInt(image -> image.reference().length()).max().orElse(1);
        return images.stream().map(image -> String.format(Locale.ROOT, "%-5s  %-" + width + "s  %s  %10s",
                image.format(), image.reference(), image.digest(), size(image.sizeBytes()))).toList();
    }

    /** {@return {@code 0.9 KiB}, {@code 12.3 MiB}} */
    static String size(long bytes) {
        return bytes < KIB * KIB
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / KIB)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / KIB / KIB);
    }
}
