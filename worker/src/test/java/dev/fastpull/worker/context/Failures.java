package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expects a build's failure. */
final class Failures {
    private Failures() {}

    /** {@return the message of the failure that the call ends with, which has to be of the reason} */
    static String of(FailureReason reason, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(BuildException.class);
        assertThat(((BuildException) thrown).reason()).as(thrown.getMessage()).isEqualTo(reason);
        return String.valueOf(thrown.getMessage());
    }
}
