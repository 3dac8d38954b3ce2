package dev.fastpull.messages;

/**
 * One thing that is wrong with a request.
 *
 * @param path the field, as in {@code context.sha256} or {@code secrets[1].id}; empty for the request as a whole
 * @param message what is wrong with it and what to do; begins in lower case, so that the path can stand before it
 */
public record Violation(String path, String message) {
    @Override
    public String toString() {
        return path.isEmpty() ? message : path + " " + message;
    }
}
