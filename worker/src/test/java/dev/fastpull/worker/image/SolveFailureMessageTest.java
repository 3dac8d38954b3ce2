package dev.fastpull.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.disk.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code BuildFailuresIT} does not see on the real programs. */
class SolveFailureMessageTest {

    /** Registries redirect to presigned URLs, and Go's errors quote them whole. */
    @Test
    void whatIsSecretInAUrlIsNotRepeated() {
        assertThat(message(FailureReason.BASE_IMAGE_UNAVAILABLE,
                "failed to solve: failed to copy: httpReadSeeker: failed"
                        + " open: failed to do request: Get \"https://bob:pw@cdn.example.com/blob?X-Amz-Signature=5ec2e7\": EOF"))
                .contains("Get \"https://cdn.example.com/blob\": EOF")
                .doesNotContain("5ec2e7", "bob", "pw");
    }

    @Test
    void aStepThatWasKilledIsSaidToBe() {
        assertThat(message(FailureReason.BUILD_STEP_FAILED,
                "failed to solve: process \"/act\" did not complete successfully: exit code: 137"))
                .isEqualTo("The command of [1/1] RUN make ended with exit code 137 (it was killed, as is done where"
                        + " memory runs out) and printed nothing.");
    }

    @Test
    void whatACredentialHelperPrintedIsNotRepeated() {
        assertThat(message(FailureReason.BASE_IMAGE_UNAVAILABLE,
                "failed to solve: error getting credentials - err: exit status 1, out: `{\"Secret\": \"5ec2e7\"}`"))
                .contains("the credential helper").endsWith(": exit status 1");
    }

    @Test
    void aFullDiskIsNamedWithWhatMetIt() {
        assertThat(message(FailureReason.DISK_FULL,
                "failed to solve: process \"/act\" did not complete successfully: exit code: 1"))
                .isEqualTo(
                        "The worker's disk is full (the volume of /data). The command of [1/1] RUN make ended with exit"
                                + " code 1 and printed nothing. Try again later; where that does not help, the build needs more"
                                + " space than this worker has.");
        assertThat(message(FailureReason.DISK_FULL, "failed to solve: write /data/x: no space left on device"))
                .contains("(the volume of /data). [1/1] RUN make: write /data/x: no space left on device. Try again");
    }

    private static String message(FailureReason reason, String error) {
        var spec = new SolveSpec(new ImageReference("localhost:5000", "app", "v1"), Path.of("/c"), Path.of("/c"),
                "Dockerfile", null, Map.of(), Map.of(), null, Map.of(), false, List.of(), null, Compression.GZIP,
                Path.of("/d"), Path.of("/w"));
        return SolveFailureMessage.of(reason, error, spec, "[1/1] RUN make", null, Optional.empty(),
                Optional.of(Volume.of(Path.of("/data"))));
    }
}
