package dev.fastpull.worker.cli;

import dev.fastpull.messages.Phase;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.messages.ProgressEvent.StepState;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happens, a line each: for logs, and for terminals that cannot move their cursor. */
final class PlainView implements BuildView {
    private final PrintStream out;
    private @Nullable Phase phase;
    private Instant beganAt = Instant.EPOCH;

    PlainView(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void accept(ProgressEvent news) {
        switch (news) {
            case ProgressEvent.Started(var _, String worker, int attempt, var _) ->
                out.println("begun by " + Printable.line(worker) + (attempt == 1 ? "" : ", attempt " + attempt));
            case ProgressEvent.PhaseChanged(var _, Phase next, Instant time) -> {
                end(time);
                phase = next;
                beganAt = time;
                line(next, "…");
            }
            case ProgressEvent.StepChanged step -> {
                if (step.state() != StepState.STARTED && step.name().startsWith("[")
                        && !step.name().startsWith("[internal]")) {
                    line(step.phase(), step.name() + (step.state() == StepState.DONE ? "" : " " + step.state()));
                }
            }
            case ProgressEvent.LogLine line -> line(line.phase(), "  " + line.text());
            case ProgressEvent.Ended ended -> end(ended.time());
        }
    }

    private void end(Instant time) {
        if (phase != null) {
            line(phase, LiveLines.seconds(Duration.between(beganAt, time)));
            phase = null;
        }
    }

    private void line(Phase of, String text) {
        out.println(String.format(Locale.ROOT, "%-11s %s", of.label(), Printable.line(text)));
    }

    @Override
    public void close() {}
}
