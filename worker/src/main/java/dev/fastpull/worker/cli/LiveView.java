package dev.fastpull.worker.cli;

import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.cli.LiveLines.Line;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Redraws a few lines at the foot of a terminal, ten times a second, in place. */
final class LiveView implements BuildView {
    private static final long BETWEEN_FRAMES_MS = 100;
    /** How many frames are drawn before the terminal is asked for its size again. */
    private static final int FRAMES_PER_SIZE = 10;
    private static final String ESC = "\u001b[";
    private static final String HIDE_CURSOR = ESC + "?25l";
    private static final String SHOW_CURSOR = ESC + "?25h";
    /** A line that is wider than the terminal all of a sudden must not become two. */
    private static final String NO_WRAP = ESC + "?7l";
    private static final String WRAP = ESC + "?7h";

    private final PrintStream out;
    private final boolean color;
    private final Clock clock;
    private final AtomicReference<LiveState> state = new AtomicReference<>(LiveState.NOTHING);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private LiveView(PrintStream out, boolean color, Clock clock) {
        this.out = out;
        this.color = color;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("live-view").daemon().unstarted(this::draw);
    }

    /** {@return a view that draws from now on} */
    static LiveView start(PrintStream out, boolean color, Clock clock) {
        var view = new LiveView(out, color, clock);
        view.thread.start();
        return view;
    }

    @Override
    public void accept(ProgressEvent news) {
        state.updateAndGet(before -> before.after(news));
    }

    /** Draws what is known once more, below which printing can go on. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw() {
        int drawn = 0;
        Terminal size = Terminal.size();
        boolean more = true;
        for (int frame = 1; more; frame++) {
            try {
                more = !closing.await(BETWEEN_FRAMES_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                more = false;
            }
            if (frame % FRAMES_PER_SIZE == 0) {
                size = Terminal.size();
            }
            List<Line> lines = LiveLines.of(state.get(), clock.instant(), size);
            out.print(frame(lines, drawn, color));
            out.flush();
            drawn = lines.size();
        }
        out.print(SHOW_CURSOR);
        out.flush();
    }

    /** {@return what draws these lines over the {@code drawn} ones above the cursor} */
    static String frame(List<Line> lines, int drawn, boolean color) {
        var text = new StringBuilder(HIDE_CURSOR).append(NO_WRAP).append('\r');
        if (drawn > 0) {
            text.append(ESC).append(drawn).append('A');
        }
        for (Line line : lines) {
            text.append(ESC).append("2K").append(color ? colored(line) : line.text()).append("\r\n");
        }
        return text.append(ESC).append('J').append(WRAP).toString();
    }

    private static String colored(Line line) {
        return switch (line.look()) {
            case PLAIN -> line.text();
            case STRONG -> ESC + "1m" + line.text() + ESC + "0m";
            case FAINT -> ESC + "2m" + line.text() + ESC + "0m";
        };
    }
}
