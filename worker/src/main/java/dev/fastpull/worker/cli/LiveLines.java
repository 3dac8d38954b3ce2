package dev.fastpull.worker.cli;

import dev.fastpull.worker.cli.LiveState.PhaseState;
import dev.fastpull.worker.cli.LiveState.RunningStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The few lines that a terminal shows of a build: one for each phase, and below the last one the steps at work. */
final class LiveLines {
    /** The longest phase has eleven letters. */
    private static final int PHASE_WIDTH = 12;
    private static final int TIME_WIDTH = 9;
    /** On a wide terminal the times still stand near what they belong to. */
    private static final int WIDEST = 120;

    private LiveLines() {}

    /** How a line is to look. */
    enum Look {
        /** Of a phase that has ended. */
        PLAIN,
        /** Of the phase at work. */
        STRONG,
        /** Of what a step prints. */
        FAINT
    }

    /**
     * A line.
     *
     * @param text without control characters, and no wider than the terminal
     * @param look how it is to look where there are colours
     */
    record Line(String text, Look look) {}

    /**
     * {@return the lines; fewer than the terminal has, where need be without the steps that started last}
     *
     * @param state what is known
     * @param now the time
     * @param terminal its size
     */
    static List<Line> of(LiveState state, Instant now, Terminal terminal) {
        int width = Math.min(terminal.columns() - 1, WIDEST);
        List<Line> lines = new ArrayList<>();
        for (PhaseState phase : state.phases()) {
            lines.add(new Line(row(left(phase), phase.beganAt(), phase.endedAt(), now, width),
                    phase.endedAt() == null ? Look.STRONG : Look.PLAIN));
            for (RunningStep step : phase.running().values()) {
                lines.add(new Line(row("  " + Printable.line(step.name()), step.startedAt(), null, now, width),
                        Look.PLAIN));
                if (!step.lastLine().isEmpty()) {
                    lines.add(new Line(Printable.cut("    " + Printable.line(step.lastLine()), width), Look.FAINT));
                }
            }
        }
        return lines.subList(0, Math.min(lines.size(), Math.max(1, terminal.rows() - 1)));
    }

    private static String left(PhaseState phase) {
        String name = String.format(Locale.ROOT, "%-" + PHASE_WIDTH + "s", phase.phase().label());
        if (phase.total() == 0) {
            return name;
        }
        return name + phase.ended().size() + "/" + phase.total() + " steps"
                + (phase.cached() == 0 ? "" : ", " + phase.cached() + " cached");
    }

    /** {@return text on the left and a duration on the right; on a very narrow terminal the text alone} */
    private static String row(String left, Instant from, @Nullable Instant to, Instant now, int width) {
        String time = seconds(Duration.between(from, to == null ? now : to));
        int room = width - TIME_WIDTH;
        if (room < PHASE_WIDTH) {
            return Printable.cut(left, width);
        }
        String cut = Printable.cut(left, room);
        int padding = room - cut.codePointCount(0, cut.length());
        return cut + " ".repeat(padding) + String.format(Locale.ROOT, "%" + TIME_WIDTH + "s", time);
    }

    /** {@return {@code 3.2 s}, or {@code 4m 07s} from a minute on} */
    static String seconds(Duration time) {
        Duration shown = time.isNegative() ? Duration.ZERO : time;
        return shown.toMinutes() == 0
                ? String.format(Locale.ROOT, "%.1f s", shown.toMillis() / 1000.0)
                : String.format(Locale.ROOT, "%dm %02ds", shown.toMinutes(), shown.toSecondsPart());
    }
}
