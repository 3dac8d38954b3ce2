package dev.fastpull.worker.queue;

/** What to say of an exception in a log of one line per fact. */
public final class Failures {
    private Failures() {}

    /**
     * The message of what was at the bottom of it. Those above quote the broker's URL, whose options may hold a
     * password.
     *
     * @param failure the exception
     * @return one line, without what may be secret in a URL
     */
    public static String inOneLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        String name = root.getClass().getSimpleName();
        return message == null ? name : (name + ": " + message).lines().findFirst().orElse(name);
    }
}
