package dev.fastpull.worker.image;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.disk.LowestSpace;
import dev.fastpull.worker.disk.NoSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs solves: one {@code buildctl build} each. */
public final class Solver {
    private static final Logger LOG = LoggerFactory.getLogger(Solver.class);

    /** A step that fails for the files that it is given, in words of many kinds, such as {@code not a directory}. */
    private static final Pattern FILES = Pattern.compile("^\\[[^]]*] (COPY|ADD|WORKDIR) ");

    private final Builder builder;
    private final Buildctl buildctl;

    /**
     * A solver.
     *
     * @param builder the daemon that builds
     * @param buildctl speaks to it
     */
    public Solver(Builder builder, Buildctl buildctl) {
        this.builder = builder;
        this.buildctl = buildctl;
    }

    /** See {@link Buildctl#pruneLocalSources}; to be called before a folder is built in which somebody works. */
    public void forgetLocalSources() throws InterruptedException {
        try {
            buildctl.pruneLocalSources(builder.address());
        } catch (IOException e) {
            LOG.warn("cannot prune BuildKit's copies of local folders: {}", e.getMessage());
        }
    }

    /**
     * Builds and pushes one image by its digest.
     *
     * @param spec what to build
     * @param format as what
     * @param first whether this is the first solve of the pair
     * @param pinned what FROM must resolve to, as name@digest; empty to let the registry say
     * @param listener hears what happens
     * @throws BuildException where it fails, with the reason that buildctl's words stand for
     * @throws InterruptedException where this thread was interrupted; the solve is canceled by then
     */
    public SolvedImage solve(SolveSpec spec, Format format, boolean first, SortedSet<String> pinned,
            SolveListener listener) throws BuildException, InterruptedException {
        var progress = new SolveProgress(listener);
        long mark = builder.logMark();
        try (var space = LowestSpace.watch(builder.volume())) {
            Path policy = pinned.isEmpty() ? null : SourcePolicy.write(spec.workFolder(), pinned);
            int exitCode = buildctl.run(builder.address(), SolveCommand.arguments(spec, format, first, policy),
                    Map.of("DOCKER_CONFIG", spec.dockerConfig().toString()), line -> {
                        space.look();
                        progress.accept(line);
                    });
            progress.finish();
            if (exitCode != 0) {
                throw failure(spec, format, progress, mark, space);
            }
            return SolvedImage.read(format, spec.metadataFile(format), progress);
        } catch (IOException e) {
            throw new BuildException(NoSpace.causes(e) ? FailureReason.DISK_FULL : FailureReason.INTERNAL,
                    "The build could not be run: " + e.getMessage(), e);
        }
    }

    private BuildException failure(SolveSpec spec, Format format, SolveProgress progress, long mark,
            LowestSpace space) {
        String error = progress.error().orElse("buildctl ended without saying why");
        String step = progress.failedStep().orElse(null);
        String logTail = progress.logTail().orElse(null);
        FailureReason said = reason(format, error, step);
        Optional<String> cause = cause(said, mark);
        FailureReason reason = metFullDisk(said, logTail, cause, space) ? FailureReason.DISK_FULL : said;
        String lastLine = logTail == null ? null : logTail.lines().reduce((_, last) -> last).orElse(null);
        return new BuildException(reason, SolveFailureMessage.of(reason, error, spec, step, lastLine, cause,
                builder.volume()), exitCode(error), step, logTail, null);
    }

    /**
     * {@return whether the disk is to blame, though the reason is another by buildctl's words} What a step printed is the
     * user's, who may print anything and may fill a tmpfs of the step's own: it counts where the disk was full indeed.
     */
    private static boolean metFullDisk(FailureReason said, @Nullable String logTail, Optional<String> cause,
            LowestSpace space) {
        return switch (said) {
            case BUILD_STEP_FAILED -> space.wasFull() && NoSpace.saidBy(logTail);
            case NYDUS_CONVERSION_FAILED -> space.wasFull() || cause.filter(NoSpace::saidBy).isPresent();
            case INTERNAL -> space.wasFull();
            default -> false;
        };
    }

    private static FailureReason reason(Format format, String error, @Nullable String step) {
        FailureReason reason = SolveFailure.reason(error);
        if (reason != FailureReason.INTERNAL) {
            return reason;
        }
        // The first solve of the pair has run every step: what breaks in the other one is the conversion.
        if (format == Format.NYDUS) {
            return FailureReason.NYDUS_CONVERSION_FAILED;
        }
        return step != null && FILES.matcher(step).find() ? FailureReason.BUILD_STEP_FAILED : reason;
    }

    private Optional<String> cause(FailureReason reason, long mark) {
        return reason == FailureReason.NYDUS_CONVERSION_FAILED ? builder.conversionError(mark) : Optional.empty();
    }

    private static @Nullable Integer exitCode(String error) {
        var code = SolveFailure.exitCode(error);
        return code.isPresent() ? Integer.valueOf(code.getAsInt()) : null;
    }
}
