package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import java.io.PrintStream;
import java.util.Locale;

/** The end of a build, for a person. */
final class ResultTable {
    private ResultTable() {}

    static void print(CompletionEvent event, PrintStream out, PrintStream err, boolean quiet) {
        switch (event) {
            case CompletionEvent.Succeeded(var _, var report) -> {
                for (BuiltImage image : report.images()) {
                    out.println(quiet
                            ? image.reference() + "@" + image.digest()
                            : String.format(Locale.ROOT, "%-6s %-40s %s %8.1f KiB", image.format(), image.reference(),
                                    image.digest(), image.sizeBytes() / 1024.0));
                }
            }
            case CompletionEvent.Failed(var _, var _, Failure failure) -> print(failure, err);
            case CompletionEvent.Canceled(var _, var _, Failure failure) -> print(failure, err);
            case CompletionEvent.Rejected(var _, var _, Failure failure) -> print(failure, err);
        }
    }

    private static void print(Failure failure, PrintStream err) {
        if (failure.logTail() != null) {
            err.println(failure.logTail());
        }
        err.println("fastpull: " + failure.reason() + ": " + failure.message());
    }
}
