package dev.fastpull.worker.cli;

import dev.fastpull.messages.Phase;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.image.SolveListener.StepState;
import dev.fastpull.worker.job.JobListener;
import dev.fastpull.worker.queue.ProgressPublisher;
import java.time.Clock;

/**
 * Tells the progress topic how a build goes on.
 *
 * @param requestId the build's request
 * @param publisher sends, and throws away what cannot be sent
 * @param clock the time
 */
record ProgressNews(String requestId, ProgressPublisher publisher, Clock clock) implements JobListener {

    @Override
    public void phaseBegan(Phase phase) {
        send(new ProgressEvent.PhaseChanged(requestId, phase, clock.instant()));
    }

    @Override
    public void phaseEnded(Phase phase, double seconds) {
        // The next phase, or the end, says so.
    }

    @Override
    public void step(Phase phase, String step, String name, StepState state) {
        send(new ProgressEvent.StepChanged(requestId, phase, step, name,
                ProgressEvent.StepState.valueOf(state.name()), clock.instant()));
    }

    @Override
    public void log(Phase phase, String step, String name, String line) {
        send(new ProgressEvent.LogLine(requestId, phase, name, ProgressEvent.Stream.STDOUT, line, clock.instant()));
    }

    private void send(ProgressEvent news) {
        publisher.publish(news);
    }
}
