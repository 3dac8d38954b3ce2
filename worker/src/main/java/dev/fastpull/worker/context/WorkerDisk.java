package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.disk.NoSpace;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** Says what it means that the worker cannot write to its own work folder. */
final class WorkerDisk {
    private WorkerDisk() {}

    /** {@return the failure to throw} It never comes back where the build was stopped: that closes the file as well. */
    static BuildException failure(IOException e) throws InterruptedException {
        if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
            throw Interrupts.cleared();
        }
        if (NoSpace.causes(e)) {
            return new BuildException(FailureReason.DISK_FULL,
                    "The worker's disk is full: the context does not fit into its work folder. Try again later; where that does"
                            + " not help, the context needs more space than this worker has.",
                    e);
        }
        return new BuildException(FailureReason.INTERNAL, "The worker cannot write the context to its work folder.", e);
    }
}
