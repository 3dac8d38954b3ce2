package dev.fastpull.worker.cli;

import dev.fastpull.messages.MessageCodec;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;

/** How {@code --progress} may ask to be told of a build. */
enum ProgressStyle {
    /** A few lines that are redrawn where there is a terminal, and lines elsewhere. */
    AUTO,
    /** A line for everything that happens. */
    PLAIN,
    /** A line of JSON for everything that happens: the messages of the progress topic. */
    JSON,
    /** Nothing. */
    QUIET;

    /** {@return a view on standard error, since standard output is for the result} */
    BuildView open(Map<String, String> environment) {
        PrintStream err = System.err;
        return switch (this) {
            case AUTO -> Terminal.isStandardError(environment)
                    ? LiveView.start(err, !environment.containsKey("NO_COLOR"), Clock.systemUTC())
                    : new PlainView(err);
            case PLAIN -> new PlainView(err);
            case JSON -> BuildView.of(news -> err.println(MessageCodec.encodeProgress(news)));
            case QUIET -> BuildView.of(_ -> {});
        };
    }

    /** {@return whether whoever looked on has seen what the steps printed} */
    boolean showsOutput(Map<String, String> environment) {
        return this == PLAIN || (this == AUTO && !Terminal.isStandardError(environment));
    }
}
