package dev.fastpull.worker.job;

import dev.fastpull.messages.Phase;
import dev.fastpull.worker.image.SolveListener.StepState;

/** Hears nothing. */
public enum Quiet implements JobListener {
    LISTENER;

    @Override
    public void phaseBegan(Phase phase) {}

    @Override
    public void phaseEnded(Phase phase, double seconds) {}

    @Override
    public void step(Phase phase, String step, String name, StepState state) {}

    @Override
    public void log(Phase phase, String step, String name, String line) {}
}
