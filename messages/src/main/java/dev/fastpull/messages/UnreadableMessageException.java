package dev.fastpull.messages;

/** A message of which nothing can be known. The message is for a person and holds nothing of the message's content. */
public final class UnreadableMessageException extends IllegalArgumentException {

    /**
     * A message that cannot be read.
     *
     * @param message why, and what to send instead
     */
    public UnreadableMessageException(String message) {
        super(message);
    }

    /** {@return the message, which is never null here} */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
