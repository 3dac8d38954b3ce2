package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.image.SolveListener;
import dev.fastpull.worker.image.SolveSpec;
import dev.fastpull.worker.image.SolvedImage;
import dev.fastpull.worker.verify.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The solves of one request and the comparison of what they made: the phases build-oci, build-nydus and verify.
 *
 * @param stages build and compare
 * @param repository where the images are pushed
 * @param request what was asked for
 * @param spec how to build it
 * @param progress hears and keeps what happens
 */
record PairBuild(BuildRunner.Stages stages, Repository repository, BuildRequest request, SolveSpec spec,
        Progress progress) {
    private static final Logger LOG = LoggerFactory.getLogger(PairBuild.class);

    /**
     * {@return the images of the formats that are wanted, checked, the OCI image first} On a full disk everything begins
     * anew: making room may have cost the steps of the first solve, and the second would run its own.
     */
    List<BuiltFormat> run() throws BuildException, InterruptedException {
        return stages.retries().run(this::once, reason -> reason == FailureReason.DISK_FULL);
    }

    private List<BuiltFormat> once() throws BuildException, InterruptedException {
        var check = new PairCheck(stages.verifier(), request, repository);
        return request.formats().size() == 1
                ? List.of(alone(request.formats().iterator().next(), check))
                : pair(check);
    }

    private BuiltFormat alone(Format format, PairCheck check) throws BuildException, InterruptedException {
        SolvedImage solved = solve(format, true, Collections.emptySortedSet());
        return progress.during(Phase.VERIFY, () -> {
            BuiltFormat image = pushed(solved);
            progress.compared(check.alone(image));
            return image;
        });
    }

    private List<BuiltFormat> pair(PairCheck check) throws BuildException, InterruptedException {
        SolvedImage ociImage = solve(Format.OCI, true, Collections.emptySortedSet());
        try (var reading = Alongside.start("read-oci", () -> read(ociImage, check))) {
            Compared compared = compare(check, reading, solve(Format.NYDUS, false, Collections.emptySortedSet()));
            if (compared.verdict() instanceof Verdict.Diverged(String how) && !ociImage.bases().isEmpty()) {
                LOG.info("the two solves were not one build ({}); the second is repeated on the first one's bases",
                        how);
                compared = compare(check, reading, solve(Format.NYDUS, false, ociImage.bases()));
            }
            progress.compared(check.outcome(compared.verdict()));
            return List.of(compared.oci(), compared.nydus());
        }
    }

    private BuiltFormat read(SolvedImage image, PairCheck check) throws BuildException, InterruptedException {
        BuiltFormat pushed = pushed(image);
        check.prepare(pushed.manifest());
        return pushed;
    }

    private record Compared(BuiltFormat oci, BuiltFormat nydus, Verdict verdict) {}

    /** What is still to be read ahead of the OCI image is waited for here, in the time that verifying has. */
    private Compared compare(PairCheck check, Alongside<BuiltFormat> reading, SolvedImage nydusImage)
            throws BuildException, InterruptedException {
        return progress.during(Phase.VERIFY, () -> {
            BuiltFormat oci = reading.join();
            BuiltFormat nydus = pushed(nydusImage);
            return new Compared(oci, nydus, again(() -> check.compare(oci, nydus)));
        });
    }

    private BuiltFormat pushed(SolvedImage image) throws BuildException, InterruptedException {
        return again(() -> new BuiltFormat(image, repository.manifest(image.digest())));
    }

    private SolvedImage solve(Format format, boolean first, SortedSet<String> pinned)
            throws BuildException, InterruptedException {
        Phase phase = format == Format.OCI ? Phase.BUILD_OCI : Phase.BUILD_NYDUS;
        SolvedImage image = progress.during(phase,
                () -> again(() -> stages.solver().solve(spec, format, first, pinned,
                        new PhaseListener(phase, progress.listener()))));
        progress.solved(image.steps(), image.cachedSteps());
        return image;
    }

    private <T> T again(Work<T> work) throws BuildException, InterruptedException {
        return stages.retries().run(work, reason -> Retries.again(reason) && reason != FailureReason.DISK_FULL);
    }

    private record PhaseListener(Phase phase, JobListener listener) implements SolveListener {
        @Override
        public void step(String step, String name, StepState state) {
            listener.step(phase, step, name, state);
        }

        @Override
        public void log(String step, String name, String line) {
            listener.log(phase, step, name, line);
        }
    }
}
