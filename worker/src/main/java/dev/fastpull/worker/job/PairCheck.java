package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.BuildReport.Verification.Result;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.disk.NoSpace;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistryException;
import dev.fastpull.worker.verify.LayerCompression;
import dev.fastpull.worker.verify.Pair;
import dev.fastpull.worker.verify.PairVerifier;
import dev.fastpull.worker.verify.Verdict;
import java.io.IOException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the images of one request, as closely as it says.
 *
 * @param verifier compares
 * @param request what was asked for
 * @param repository holds both images
 */
record PairCheck(PairVerifier verifier, BuildRequest request, Repository repository) {
    private static final Logger LOG = LoggerFactory.getLogger(PairCheck.class);

    /** Reads the OCI image ahead, while its twin is being built. What is wrong with it {@link #compare} will say. */
    void prepare(Manifest oci) throws InterruptedException {
        if (request.verify() == VerifyLevel.NONE || request.verify() == VerifyLevel.STRUCTURE) {
            return;
        }
        try {
            verifier.prepare(oci.bytes(), compression(request.compression()), repository);
        } catch (IOException e) {
            LOG.debug("the OCI image cannot be read ahead: {}", e.getMessage());
        }
    }

    /** {@return what comes of comparing the images} */
    Verdict compare(BuiltFormat oci, BuiltFormat nydus) throws BuildException, InterruptedException {
        if (request.verify() == VerifyLevel.NONE) {
            return new Verdict.Skipped();
        }
        if (!oci.solved().bases().equals(nydus.solved().bases())) {
            return new Verdict.Diverged("FROM was " + oci.solved().bases() + " first and then "
                    + nydus.solved().bases());
        }
        try {
            var pair = new Pair(oci.manifest().bytes(), nydus.manifest().bytes(), compression(request.compression()));
            return verifier.verify(request.verify(), pair, repository);
        } catch (IOException e) {
            throw failure("The images cannot be compared", e);
        }
    }

    /** Checks an image that was wanted alone; {@return what the event says of that} */
    Verification alone(BuiltFormat image) throws BuildException, InterruptedException {
        if (request.verify() == VerifyLevel.NONE) {
            return new Verification(VerifyLevel.NONE, Result.SKIPPED, 0);
        }
        try {
            Format format = image.solved().format();
            Verdict verdict = switch (format) {
                case OCI -> verifier.verifyOci(image.manifest().bytes(), compression(request.compression()));
                case NYDUS -> verifier.verifyNydus(image.manifest().bytes(), repository);
            };
            if (verdict instanceof Verdict.Broken(String reason)) {
                throw new BuildException(
                        format == Format.OCI ? FailureReason.INTERNAL : FailureReason.NYDUS_CONVERSION_FAILED,
                        "The image is not what was asked for: " + reason + ". Nothing was published.");
            }
            return new Verification(VerifyLevel.STRUCTURE, Result.SKIPPED, 0);
        } catch (IOException e) {
            throw failure("The image cannot be checked", e);
        }
    }

    /**
     * {@return what the event says of a comparison}
     *
     * @throws BuildException with NYDUS_MISMATCH or PAIR_DIVERGED where something differs or cannot be shown to be equal
     */
    Verification outcome(Verdict verdict) throws BuildException {
        return switch (verdict) {
            case Verdict.Equal equal -> new Verification(equal.level(), Result.EQUAL, equal.filesCompared());
            case Verdict.Skipped() -> new Verification(request.verify(), Result.SKIPPED, 0);
            case Verdict.Diverged diverged -> throw new BuildException(FailureReason.PAIR_DIVERGED,
                    "The two solves were not one build: " + diverged.how() + ". Nothing was published.");
            case Verdict.Broken broken -> throw new BuildException(FailureReason.NYDUS_MISMATCH,
                    "The Nydus image cannot be shown to hold the same files: " + broken.reason()
                            + ". Nothing was published.");
            case Verdict.Different different -> throw new BuildException(FailureReason.NYDUS_MISMATCH,
                    "The Nydus image does not hold the same files as the OCI image, in " + different.total()
                            + " places; nothing was published. "
                            + different.first().stream().map(Object::toString).collect(Collectors.joining("; ")));
        };
    }

    /** A registry may speak of a full disk too, and means its own. */
    private static BuildException failure(String what, IOException e) {
        return e instanceof RegistryException || !NoSpace.causes(e)
                ? new BuildException(FailureReason.REGISTRY_UNAVAILABLE, what + ": " + e.getMessage(), e)
                : WorkerFiles.failure(what, e);
    }

    private static LayerCompression compression(Compression compression) {
        return switch (compression) {
            case GZIP -> LayerCompression.GZIP;
            case ZSTD -> LayerCompression.ZSTD;
        };
    }
}
