package dev.fastpull.worker;

import dev.fastpull.messages.FailureReason;
import org.jspecify.annotations.Nullable;

/**
 * A build that cannot go on, for a reason that the requester will read. Every stage throws this one exception for what
 * it knows how to name; it becomes a completion event in one place, at the edge of a job.
 */
public final class BuildException extends Exception {
    private final FailureReason reason;
    private final @Nullable Integer exitCode;
    private final @Nullable String step;
    private final @Nullable String logTail;

    /**
     * A failure without a step of the Dockerfile.
     *
     * @param reason the reason
     * @param message one or two sentences for the requester: what is wrong and what to do; never a secret
     */
    public BuildException(FailureReason reason, String message) {
        this(reason, message, null, null, null, null);
    }

    /**
     * A failure with its cause, which goes to the worker's log only.
     *
     * @param reason the reason
     * @param message one or two sentences for the requester: what is wrong and what to do; never a secret
     * @param cause what brought it about
     */
    public BuildException(FailureReason reason, String message, Throwable cause) {
        this(reason, message, null, null, null, cause);
    }

    /**
     * A failure of a build's step.
     *
     * @param reason the reason
     * @param message one or two sentences for the requester: what is wrong and what to do; never a secret
     * @param exitCode the exit code of the step's command; null where none ran
     * @param step the step, as the Dockerfile has it; null where it was none
     * @param logTail the end of the build's log; null where there is none
     * @param cause what brought it about; null where that is all
     */
    public BuildException(FailureReason reason, String message, @Nullable Integer exitCode, @Nullable String step,
            @Nullable String logTail, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.exitCode = exitCode;
        this.step = step;
        this.logTail = logTail;
    }

    /** {@return the reason} */
    public FailureReason reason() {
        return reason;
    }

    /** {@return the message, which is never null here} */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** {@return the exit code of the step's command; null where none ran} */
    public @Nullable Integer exitCode() {
        return exitCode;
    }

    /** {@return the step, as the Dockerfile has it; null where it was none} */
    public @Nullable String step() {
        return step;
    }

    /** {@return the end of the build's log; null where there is none} */
    public @Nullable String logTail() {
        return logTail;
    }
}
