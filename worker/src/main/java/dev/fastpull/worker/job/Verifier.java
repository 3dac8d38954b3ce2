package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistrySession;
import java.nio.file.Path;

/** Compares the two images of a pair. */
public interface Verifier {

    /**
     * Compares two images that were pushed by their digests.
     *
     * @param level how closely
     * @param session reads them
     * @param image their repository
     * @param oci the OCI image's manifest
     * @param nydus the Nydus image's manifest
     * @param workFolder a private folder of the build
     * @return what was compared, and that nothing differs
     * @throws BuildException with NYDUS_MISMATCH or PAIR_DIVERGED where something differs
     * @throws InterruptedException where this thread was interrupted
     */
    Verification verify(VerifyLevel level, RegistrySession session, ImageReference image, Manifest oci, Manifest nydus,
            Path workFolder) throws BuildException, InterruptedException;
}
