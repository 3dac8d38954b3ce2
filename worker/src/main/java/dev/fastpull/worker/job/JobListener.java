package dev.fastpull.worker.job;

import dev.fastpull.messages.Phase;
import dev.fastpull.worker.image.SolveListener.StepState;

/** Hears how a build goes on, on whatever thread it happens. Must not block. */
public interface JobListener {

    /** A phase begins. */
    void phaseBegan(Phase phase);

    /** A phase ended after so many seconds, well or not. */
    void phaseEnded(Phase phase, double seconds);

    /** A step of the Dockerfile changed; see {@link dev.fastpull.worker.image.SolveListener#step}. */
    void step(Phase phase, String step, String name, StepState state);

    /** A step printed a line; see {@link dev.fastpull.worker.image.SolveListener#log}. */
    void log(Phase phase, String step, String name, String line);
}
