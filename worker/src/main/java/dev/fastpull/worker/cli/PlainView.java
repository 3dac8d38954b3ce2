package dev.fastpull.worker.cli;

import dev.fastpull.messages.Phase;
import dev.fastpull.worker.image.SolveListener.StepState;
import dev.fastpull.worker.job.JobListener;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What happens, a line each.
 *
 * @param out where to print
 * @param quiet whether to print nothing after all
 */
record PlainView(PrintStream out, boolean quiet) implements JobListener {

    @Override
    public void phaseBegan(Phase phase) {
        line(phase, "…");
    }

    @Override
    public void phaseEnded(Phase phase, double seconds) {
        line(phase, String.format(Locale.ROOT, "%.1f s", seconds));
    }

    @Override
    public void step(Phase phase, String step, String name, StepState state) {
        if (state != StepState.STARTED && name.startsWith("[") && !name.startsWith("[internal]")) {
            line(phase, name + (state == StepState.DONE ? "" : " " + state.name()));
        }
    }

    @Override
    public void log(Phase phase, String step, String name, String line) {
        line(phase, "  " + line);
    }

    private void line(Phase phase, String text) {
        if (!quiet) {
            out.printf("%-11s %s%n", phase.label(), text);
        }
    }
}
