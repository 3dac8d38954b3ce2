package dev.fastpull.worker.cli;

import dev.fastpull.messages.ProgressEvent;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * News of a build, a line each.
 *
 * @param out where to print
 */
record NewsPrinter(PrintStream out) implements Consumer<ProgressEvent> {
    @Override
    public void accept(ProgressEvent news) {
        switch (news) {
            case ProgressEvent.Started started -> out.println("started by " + started.worker());
            case ProgressEvent.PhaseChanged changed -> out.println(changed.phase().label());
            case ProgressEvent.StepChanged step -> {
                if (step.state() != ProgressEvent.StepState.STARTED && step.name().startsWith("[")
                        && !step.name().startsWith("[internal]")) {
                    out.println("  " + step.name()
                            + (step.state() == ProgressEvent.StepState.DONE ? "" : " " + step.state()));
                }
            }
            case ProgressEvent.LogLine line -> out.println("    " + line.text());
            case ProgressEvent.Ended _ -> {
                // The event itself follows.
            }
        }
    }
}
