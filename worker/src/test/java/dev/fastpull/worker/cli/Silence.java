package dev.fastpull.worker.cli;

import dev.fastpull.messages.Phase;
import dev.fastpull.worker.image.SolveListener.StepState;
import dev.fastpull.worker.job.JobListener;

/** Hears nothing. */
record Silence() implements JobListener {
    @Override
    public void phaseBegan(Phase phase) {}

    @Override
    public void phaseEnded(Phase phase, double seconds) {}

    @Override
    public void step(Phase phase, String step, String name, StepState state) {}

    @Override
    public void log(Phase phase, String step, String name, String line) {}
}
