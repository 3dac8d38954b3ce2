package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.FailureReason.Category;
import dev.fastpull.messages.FailureReason.Ending;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of the contract, row by row. */
class FailureReasonTest {
    private static final String REJECTED = "INVALID_REQUEST UNSUPPORTED POLICY_DENIED DUPLICATE_ID";
    private static final String TIME = "EXPIRED TIMEOUT";
    private static final String CONTEXT = "CONTEXT_NOT_FOUND CONTEXT_NOT_AUTHORIZED CONTEXT_DIGEST_MISMATCH "
            + "CONTEXT_REJECTED CONTEXT_TOO_LARGE";
    private static final String BUILD = "DOCKERFILE_NOT_FOUND DOCKERFILE_INVALID BUILD_STEP_FAILED BASE_IMAGE_NOT_FOUND LIMIT_EXCEEDED";
    private static final String PUSH = "PUSH_NOT_AUTHORIZED REPOSITORY_NOT_FOUND TAG_IMMUTABLE";
    private static final String TRANSIENT = "CONTEXT_UNAVAILABLE BASE_IMAGE_UNAVAILABLE BASE_IMAGE_RATE_LIMITED "
            + "REGISTRY_UNAVAILABLE BUILDER_UNAVAILABLE DISK_FULL ATTEMPTS_EXHAUSTED INTERNAL";
    private static final String NYDUS = "NYDUS_CONVERSION_FAILED NYDUS_MISMATCH PAIR_DIVERGED";

    private static Set<FailureReason> reasons(String names) {
        return Arrays.stream(names.split(" ")).map(FailureReason::valueOf).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({REJECTED + ", user, false, REJECTED", TIME + ", timeout, true, FAILED",
            CONTEXT + ", user, false, FAILED",
            BUILD + ", user, false, FAILED", PUSH + ", user, false, FAILED",
            TRANSIENT + ", infrastructure, true, FAILED",
            NYDUS + ", infrastructure, false, FAILED", "CANCELED, canceled, false, CANCELED"})
    void isAsTheContractSays(String names, String category, boolean retryable, Ending ending) {
        assertThat(reasons(names)).allSatisfy(reason -> {
            assertThat(reason.category().label()).isEqualTo(category);
            assertThat(reason.retryable()).isEqualTo(retryable);
            assertThat(reason.ending()).isEqualTo(ending);
        });
    }

    @Test
    void isAllInTheTable() {
        String all = String.join(" ", REJECTED, TIME, CONTEXT, BUILD, PUSH, TRANSIENT, NYDUS, "CANCELED");

        assertThat(reasons(all)).isEqualTo(EnumSet.allOf(FailureReason.class));
        assertThat(Arrays.stream(FailureReason.values()).map(FailureReason::category)).contains(Category.values());
    }
}
