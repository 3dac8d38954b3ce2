package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.Verifier;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistrySession;
import java.nio.file.Path;

/**
 * Placeholder for wiring.
 *
 * @param toolchain has nydus-image
 */
record PairVerifier(Toolchain toolchain) implements Verifier {
    @Override
    public Verification verify(VerifyLevel level, RegistrySession session, ImageReference image, Manifest oci,
            Manifest nydus, Path workFolder) throws BuildException {
        throw new BuildException(FailureReason.UNSUPPORTED,
                "This version compares nothing yet: ask for --verify none.");
    }
}
