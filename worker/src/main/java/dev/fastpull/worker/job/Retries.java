package dev.fastpull.worker.job;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a part of a build again where its failure is one that passes. The build's own deadline ends it, by an interrupt.
 *
 * @param pauses how long to wait before each further try, on average; as many tries as there are
 * @param before is told the reason of each failure that is tried again, before the pause
 */
public record Retries(List<Duration> pauses, Before before) {
    /** Long enough for a daemon or a registry that restarts, short beside a build. */
    public static final List<Duration> PAUSES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(3),
            Duration.ofSeconds(9));
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    /** Does what can be done about a failure before it is tried again. */
    @FunctionalInterface
    public interface Before {
        /** Takes its reason; an interrupt ends the build. */
        void again(FailureReason reason) throws InterruptedException;
    }

    /** Copies the list. */
    public Retries {
        pauses = List.copyOf(pauses);
    }

    /**
     * {@return whether a failure for this reason is tried again within its attempt} This is the one table of it, which
     * docs/CONTRACT.md mirrors. A context's server has its own rules, with Retry-After and resuming, in the fetch itself.
     */
    public static boolean again(FailureReason reason) {
        return switch (reason) {
            case BASE_IMAGE_UNAVAILABLE, BASE_IMAGE_RATE_LIMITED, REGISTRY_UNAVAILABLE, BUILDER_UNAVAILABLE,
                    DISK_FULL ->
                true;
            case INVALID_REQUEST, UNSUPPORTED, POLICY_DENIED, DUPLICATE_ID, EXPIRED, TIMEOUT, CONTEXT_NOT_FOUND,
                    CONTEXT_NOT_AUTHORIZED, CONTEXT_DIGEST_MISMATCH, CONTEXT_REJECTED, CONTEXT_TOO_LARGE,
                    DOCKERFILE_NOT_FOUND, DOCKERFILE_INVALID, BUILD_STEP_FAILED, BASE_IMAGE_NOT_FOUND, LIMIT_EXCEEDED,
                    ATTEMPTS_EXHAUSTED, CONTEXT_UNAVAILABLE, INTERNAL, PUSH_NOT_AUTHORIZED, REPOSITORY_NOT_FOUND,
                    TAG_IMMUTABLE,
                    NYDUS_CONVERSION_FAILED, NYDUS_MISMATCH, PAIR_DIVERGED, CANCELED ->
                false;
        };
    }

    /** {@return what comes of the work, in the first try that does not fail for a reason that passes, or in the last} */
    <T> T run(Work<T> work) throws BuildException, InterruptedException {
        return run(work, Retries::again);
    }

    /** As above, with only these reasons tried again. */
    <T> T run(Work<T> work, Predicate<FailureReason> passes) throws BuildException, InterruptedException {
        for (Duration pause : pauses) {
            try {
                return work.run();
            } catch (BuildException e) {
                if (!passes.test(e.reason())) {
                    throw e;
                }
                before.again(e.reason());
                // Between half and one and a half of it, so that many builds do not come back at once.
                Duration jittered = Duration
                        .ofNanos((long) (pause.toNanos() * (0.5 + ThreadLocalRandom.current().nextDouble())));
                LOG.info("trying again in {} ms after {}: {}", jittered.toMillis(), e.reason(), e.getMessage());
                Thread.sleep(jittered);
            }
        }
        return work.run();
    }
}
