package dev.fastpull.worker.cli;

import dev.fastpull.messages.Phase;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.image.SolveListener.StepState;
import dev.fastpull.worker.job.JobListener;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * Turns what happens in a build into news of it.
 *
 * @param requestId the build's request
 * @param to hears the news; must not block
 * @param clock the time
 */
record ProgressNews(String requestId, Consumer<ProgressEvent> to, Clock clock) implements JobListener {

    @Override
    public void phaseBegan(Phase phase) {
        to.accept(new ProgressEvent.PhaseChanged(requestId, phase, clock.instant()));
    }

    @Override
    public void phaseEnded(Phase phase, double seconds) {
        // The next phase, or the end, says so.
    }

    @Override
    public void step(Phase phase, String step, String name, StepState state) {
        to.accept(new ProgressEvent.StepChanged(requestId, phase, step, name,
                ProgressEvent.StepState.valueOf(state.name()), clock.instant()));
    }

    @Override
    public void log(Phase phase, String step, String name, String line) {
        to.accept(new ProgressEvent.LogLine(requestId, phase, name, ProgressEvent.Stream.STDOUT, line,
                clock.instant()));
    }
}
