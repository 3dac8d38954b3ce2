package dev.fastpull.worker.queue;

/**
 * Who the worker is to the broker.
 *
 * @param user the user
 * @param password the password, which is in nothing that this record prints
 */
public record Credentials(String user, String password) {
    @Override
    public String toString() {
        return user + ":***";
    }
}
