package dev.fastpull.worker.verify;

/**
 * Something about an image that is read cannot be understood with certainty, so that nothing is proven about it. The
 * message is a sentence for the requester.
 */
final class UnprovableException extends Exception {
    /** @param message what cannot be understood, and where */
    UnprovableException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
