package dev.fastpull.worker.job;

import dev.fastpull.worker.BuildException;

/**
 * A part of a build.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
interface Work<T> {

    /** Does it; an interrupt ends it soon. */
    T run() throws BuildException, InterruptedException;
}
