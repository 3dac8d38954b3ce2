package dev.fastpull.worker.context;

/** Turns the interrupt of a build's thread into the exception that stops the build. */
final class Interrupts {
    private Interrupts() {}

    /** Ends here where the thread was interrupted. */
    static void check() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the build was stopped");
        }
    }

    /** {@return the exception to throw, the thread's interrupt being dealt with by it} */
    static InterruptedException cleared() {
        boolean _ = Thread.interrupted();
        return new InterruptedException("the build was stopped");
    }
}
