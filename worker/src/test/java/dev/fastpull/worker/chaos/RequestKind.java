package dev.fastpull.worker.chaos;

import dev.fastpull.messages.FailureReason;
import org.jspecify.annotations.Nullable;

/** What is sent, and how it may end. */
enum RequestKind {
    /** A request that can be built. */
    GOOD(0, null),
    /** A RUN that exits with 3. */
    BROKEN_STEP(50, FailureReason.BUILD_STEP_FAILED),
    /** A Dockerfile that is none. */
    BROKEN_DOCKERFILE(15, FailureReason.DOCKERFILE_INVALID),
    /** A context that is not there. */
    NO_CONTEXT(15, FailureReason.CONTEXT_NOT_FOUND),
    /** An unknown field. */
    VIOLATING(15, FailureReason.INVALID_REQUEST),
    /** A request that can be built, and that somebody cancels. */
    CANCELED(60, null),
    /** Words that are no request; they have no event. */
    INVALID(15, null);

    private final int perThousand;
    private final @Nullable FailureReason reason;

    RequestKind(int perThousand, @Nullable FailureReason reason) {
        this.perThousand = perThousand;
        this.reason = reason;
    }

    /** {@return how many of a thousand requests are of this kind; the rest are good} */
    int perThousand() {
        return perThousand;
    }

    /** {@return why it must fail; null where it can be built} */
    @Nullable
    FailureReason reason() {
        return reason;
    }

    /** {@return whether it ends in an event} */
    boolean hasEvent() {
        return this != INVALID;
    }
}
