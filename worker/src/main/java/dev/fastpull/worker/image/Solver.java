package dev.fastpull.worker.image;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.worker.BuildException;
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
        try {
            Path policy = pinned.isEmpty() ? null : SourcePolicy.write(spec.workFolder(), pinned);
            int exitCode = buildctl.run(builder.address(), SolveCommand.arguments(spec, format, first, policy),
                    Map.of("DOCKER_CONFIG", spec.dockerConfig().toString()), progress::accept);
            progress.finish();
            if (exitCode != 0) {
                throw failure(spec, format, progress, mark);
            }
            return SolvedImage.read(format, spec.metadataFile(format), progress);
        } catch (IOException e) {
            throw new BuildException(FailureReason.INTERNAL, "The build could not be run: " + e.getMessage(), e);
        }
    }

    private BuildException failure(SolveSpec spec, Format format, SolveProgress progress, long mark) {
        String error = progress.error().orElse("buildctl ended without saying why");
        String step = progress.failedStep().orElse(null);
        FailureReason reason = reason(format, error, step);
        String logTail = progress.logTail().orElse(null);
        String lastLine = logTail == null ? null : logTail.lines().reduce((_, last) -> last).orElse(null);
        return new BuildException(reason, SolveFailureMessage.of(reason, error, spec, step, lastLine,
                cause(reason, mark)), exitCode(error), step, logTail, null);
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
