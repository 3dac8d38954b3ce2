package dev.fastpull.worker.job;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.disk.NoSpace;
import java.io.IOException;

/** Says what it means that the worker cannot write files of its own. */
final class WorkerFiles {
    private WorkerFiles() {}

    /**
     * {@return the failure to throw: DISK_FULL or INTERNAL}
     *
     * @param what what could not be done, without a full stop
     * @param e why
     */
    static BuildException failure(String what, IOException e) {
        return new BuildException(NoSpace.causes(e) ? FailureReason.DISK_FULL : FailureReason.INTERNAL,
                what + ": " + e.getMessage(), e);
    }
}
