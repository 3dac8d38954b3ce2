package dev.fastpull.messages;

/**
 * A text that is not what it should be. The message is for a person: it says what is wrong and what to write instead,
 * begins in lower case so that the name of the field can stand before it, and never repeats what may be a secret.
 */
public final class InvalidValueException extends IllegalArgumentException {
    /** Whether the value is wrong, or right but not supported. */
    private final FailureReason reason;

    /**
     * A value that breaks the contract.
     *
     * @param message what is wrong and what to write instead
     */
    public InvalidValueException(String message) {
        this(FailureReason.INVALID_REQUEST, message);
    }

    /**
     * A value that cannot be accepted.
     *
     * @param reason {@link FailureReason#INVALID_REQUEST}, or {@link FailureReason#UNSUPPORTED} for what the contract knows
     *     and this version does not do
     * @param message what is wrong and what to write instead
     */
    public InvalidValueException(FailureReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** {@return whether the value is wrong, or right but not supported} */
    public FailureReason reason() {
        return reason;
    }

    /** {@return the message, which is never null here} */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
