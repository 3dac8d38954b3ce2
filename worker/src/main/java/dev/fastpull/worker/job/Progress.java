package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildReport.ContextUsed;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildReport.Steps;
import dev.fastpull.messages.BuildReport.TimedPhase;
import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.BuildException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a build has done so far: what its report will say, however it ends. Written by the build's thread alone. */
final class Progress {
    private final TimeLimits limits;
    private final Clock clock;
    private final JobListener listener;
    private final List<TimedPhase> phases = new ArrayList<>();
    private List<BuiltImage> images = List.of();
    private volatile @Nullable Phase current;
    private @Nullable ContextUsed context;
    private @Nullable Steps steps;
    private @Nullable Verification verification;
    private Published published = Published.NONE;
    private boolean superseded;

    Progress(TimeLimits limits, Clock clock, JobListener listener) {
        this.limits = limits;
        this.clock = clock;
        this.listener = listener;
    }

    /** {@return what an earlier attempt has done, to go on from there} */
    static Progress of(BuildReport earlier, TimeLimits limits, Clock clock, JobListener listener) {
        var progress = new Progress(limits, clock, listener);
        progress.phases.addAll(earlier.phases());
        progress.images = earlier.images();
        progress.context = earlier.context();
        progress.steps = earlier.steps();
        progress.verification = earlier.verification();
        return progress;
    }

    /** Runs the work of a phase within its limit and takes its time, also where it fails. */
    <T> T during(Phase phase, Work<T> work) throws BuildException, InterruptedException {
        Instant startedAt = clock.instant();
        current = phase;
        listener.phaseBegan(phase);
        try {
            return PhaseTime.within(limits.of(phase), phase, work);
        } finally {
            double seconds = Duration.between(startedAt, clock.instant()).toNanos() / 1e9;
            phases.add(new TimedPhase(phase, startedAt, seconds));
            listener.phaseEnded(phase, seconds);
        }
    }

    /** {@return the phase that was begun last; null before the first} */
    @Nullable
    Phase current() {
        return current;
    }

    JobListener listener() {
        return listener;
    }

    void used(ContextUsed archive) {
        context = archive;
    }

    void solved(int total, int cached) {
        steps = steps == null ? new Steps(total, cached) : new Steps(steps.total() + total, steps.cached() + cached);
    }

    void compared(Verification result) {
        verification = result;
    }

    /** What is ready to be published. */
    void built(List<BuiltImage> all) {
        images = List.copyOf(all);
    }

    void published(boolean overtaken) {
        published = Published.ALL;
        superseded = overtaken;
    }

    void publishedInPart() {
        published = Published.PARTIAL;
    }

    /** {@return the report of a build, with what only its caller knows taken from {@code frame}} */
    BuildReport report(BuildReport frame) {
        return new BuildReport(frame.requestId(), frame.image(), frame.attempt(), frame.worker(), images, verification,
                phases, frame.queueSeconds(), frame.totalSeconds(), context, steps, frame.builder(), superseded,
                published,
                frame.metadata());
    }
}
