package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.BuildReport.Verification.Result;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.Digest;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistrySession;
import dev.fastpull.worker.verify.BlobSource;
import dev.fastpull.worker.verify.LayerCompression;
import dev.fastpull.worker.verify.Pair;
import dev.fastpull.worker.verify.PairVerifier;
import dev.fastpull.worker.verify.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Collectors;

/**
 * What a comparison of both images means for their build.
 *
 * @param verifier compares
 */
record PairCheck(PairVerifier verifier) {

    /**
     * Compares both images as closely as the request says.
     *
     * @throws BuildException with NYDUS_MISMATCH or PAIR_DIVERGED where something differs or cannot be shown to be equal
     */
    Verification verify(BuildRequest request, RegistrySession session, Manifest oci, Manifest nydus)
            throws BuildException, InterruptedException {
        try {
            var pair = new Pair(oci.bytes(), nydus.bytes(), compression(request.compression()));
            return outcome(request, verifier.verify(request.verify(), pair, new Repository(session, request)));
        } catch (IOException e) {
            throw new BuildException(FailureReason.REGISTRY_UNAVAILABLE, "The images cannot be compared: "
                    + e.getMessage(), e);
        }
    }

    private static Verification outcome(BuildRequest request, Verdict verdict) throws BuildException {
        return switch (verdict) {
            case Verdict.Equal equal -> new Verification(request.verify(), Result.EQUAL, equal.filesCompared());
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

    private static LayerCompression compression(Compression compression) {
        return switch (compression) {
            case GZIP -> LayerCompression.GZIP;
            case ZSTD -> LayerCompression.ZSTD;
        };
    }

    private record Repository(RegistrySession session, BuildRequest request) implements BlobSource {
        @Override
        public InputStream open(Digest digest) throws IOException, InterruptedException {
            return session.blob(request.image().repository(), digest);
        }

        @Override
        public boolean exists(Digest digest) throws IOException, InterruptedException {
            return session.blobSize(request.image().repository(), digest).isPresent();
        }
    }
}
