package dev.fastpull.worker.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command clean up when Ctrl-C or SIGTERM ends the process: its thread is interrupted, and the process waits for
 * it. Java then ends with 130 or 143, whatever the command returns.
 */
final class OrderlyEnd implements AutoCloseable {
    /** A build is stopped, and its daemon ended, well within this. */
    private static final long LIMIT_SECONDS = 30;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean told;

    private OrderlyEnd(Thread command) {
        this.hook = Thread.ofPlatform().unstarted(() -> {
            told = true;
            command.interrupt();
            awaitEnd();
        });
    }

    /** {@return one for the command on this thread} */
    static OrderlyEnd ofThisThread() {
        var end = new OrderlyEnd(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(end.hook);
        return end;
    }

    /** {@return whether the process has been told to end} */
    boolean told() {
        return told;
    }

    private void awaitEnd() {
        try {
            if (!ended.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("fastpull: did not end within " + LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** To be called when the command has cleaned up and said all that it has to say. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // It runs already.
        }
    }
}
