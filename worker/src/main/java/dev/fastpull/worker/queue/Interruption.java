package dev.fastpull.worker.queue;

import org.jspecify.annotations.Nullable;

/**
 * Lets other threads interrupt a slot's thread while its handler works, and at no other time: an interrupt in the midst
 * of a commit would leave it unknown whether it went through.
 */
final class Interruption {
    private @Nullable Thread handling;

    synchronized void begin() {
        handling = Thread.currentThread();
    }

    /** Ends the time of interrupts, and forgets one that came too late to be noticed. */
    synchronized void end() {
        handling = null;
        Thread.interrupted();
    }

    /** {@return whether there was anything to interrupt} */
    synchronized boolean interrupt() {
        if (handling == null) {
            return false;
        }
        handling.interrupt();
        return true;
    }
}
