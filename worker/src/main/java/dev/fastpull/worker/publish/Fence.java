package dev.fastpull.worker.publish;

/** Asked right before each tag moves, since a worker may have slept for hours between two lines of its code. */
@FunctionalInterface
public interface Fence {

    /**
     * Returns where the tags are still this build's to move.
     *
     * @throws InterruptedException where they are not; another worker has the request now
     */
    void check() throws InterruptedException;
}
