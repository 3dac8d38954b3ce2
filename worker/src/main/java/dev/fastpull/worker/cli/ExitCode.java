package dev.fastpull.worker.cli;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.FailureReason.Category;

/** What the process says to the shell. */
final class ExitCode {
    static final int SUCCESS = 0;
    static final int BUILD_FAILED = 1;
    static final int USAGE = 2;
    static final int INFRASTRUCTURE = 3;
    static final int CANCELED = 4;
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** {@return the exit code that an event stands for} */
    static int of(CompletionEvent event) {
        return switch (event) {
            case CompletionEvent.Succeeded _ -> SUCCESS;
            case CompletionEvent.Failed(var _, var _, Failure failure) ->
                failure.reason().category() == Category.INFRASTRUCTURE ? INFRASTRUCTURE : BUILD_FAILED;
            case CompletionEvent.Rejected _ -> USAGE;
            case CompletionEvent.Canceled _ -> CANCELED;
        };
    }
}
