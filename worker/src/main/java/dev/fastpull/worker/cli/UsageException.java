package dev.fastpull.worker.cli;

/** A mistake of the user's that ends the command with exit code 2; the message says what is wrong and what to do. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
