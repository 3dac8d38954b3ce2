package dev.fastpull.messages;

import java.util.Locale;

/**
 * Why a request did not end in two images. The same word stands in the completion event, in the metric
 * {@code fastpull_builds_total{reason}} and in the log; docs/CONTRACT.md says what each means and what to do.
 */
public enum FailureReason {
    /** The message breaks the contract: missing, malformed or unknown fields. */
    INVALID_REQUEST(Category.USER, false, Ending.REJECTED),
    /** The request is well formed, but asks for what this worker does not do. */
    UNSUPPORTED(Category.USER, false, Ending.REJECTED),
    /** The operator's rules forbid what the request asks for. */
    POLICY_DENIED(Category.USER, false, Ending.REJECTED),
    /** Another request has used this id before. */
    DUPLICATE_ID(Category.USER, false, Ending.REJECTED),

    /** The deadline had passed before the build began. */
    EXPIRED(Category.TIMEOUT, true, Ending.FAILED),
    /** The timeout or the deadline was reached; the message names the phase. */
    TIMEOUT(Category.TIMEOUT, true, Ending.FAILED),

    /** Nothing lies at the context's URL. */
    CONTEXT_NOT_FOUND(Category.USER, false, Ending.FAILED),
    /** The server of the context refuses to hand it out, for instance since a presigned URL has expired. */
    CONTEXT_NOT_AUTHORIZED(Category.USER, false, Ending.FAILED),
    /** The context's bytes have another SHA-256 than the request says. */
    CONTEXT_DIGEST_MISMATCH(Category.USER, false, Ending.FAILED),
    /** The context is no archive that is understood, is damaged, or tries to write outside its folder. */
    CONTEXT_REJECTED(Category.USER, false, Ending.FAILED),
    /** The context exceeds a limit on bytes, entries or compression ratio. */
    CONTEXT_TOO_LARGE(Category.USER, false, Ending.FAILED),
    /** The server of the context cannot be reached or answers with an error of its own. */
    CONTEXT_UNAVAILABLE(Category.INFRASTRUCTURE, true, Ending.FAILED),

    /** The context has no file of the Dockerfile's name. */
    DOCKERFILE_NOT_FOUND(Category.USER, false, Ending.FAILED),
    /** The Dockerfile cannot be parsed, or names a stage that does not exist. */
    DOCKERFILE_INVALID(Category.USER, false, Ending.FAILED),
    /** A step of the Dockerfile failed: a RUN that exits non-zero, a COPY of what is not there. */
    BUILD_STEP_FAILED(Category.USER, false, Ending.FAILED),
    /** An image that FROM names does not exist, or may not be read with the credentials at hand. */
    BASE_IMAGE_NOT_FOUND(Category.USER, false, Ending.FAILED),
    /** The build used more memory, CPU, processes or disk than it may. */
    LIMIT_EXCEEDED(Category.USER, false, Ending.FAILED),

    /** The registry of a base image cannot be reached or answers with an error of its own. */
    BASE_IMAGE_UNAVAILABLE(Category.INFRASTRUCTURE, true, Ending.FAILED),
    /** The registry of a base image allows no more pulls for now (429). */
    BASE_IMAGE_RATE_LIMITED(Category.INFRASTRUCTURE, true, Ending.FAILED),
    /** The registry that is pushed to cannot be reached or answers with an error of its own. */
    REGISTRY_UNAVAILABLE(Category.INFRASTRUCTURE, true, Ending.FAILED),
    /** buildkitd does not run or does not answer. */
    BUILDER_UNAVAILABLE(Category.INFRASTRUCTURE, true, Ending.FAILED),
    /** The worker's disk is full. */
    DISK_FULL(Category.INFRASTRUCTURE, true, Ending.FAILED),
    /** The request was delivered too often without coming to an end. */
    ATTEMPTS_EXHAUSTED(Category.INFRASTRUCTURE, true, Ending.FAILED),
    /** A defect of the worker; its log has the details. */
    INTERNAL(Category.INFRASTRUCTURE, true, Ending.FAILED),

    /** The registry refuses the push with the credentials at hand. */
    PUSH_NOT_AUTHORIZED(Category.USER, false, Ending.FAILED),
    /** The repository that is pushed to does not exist and is not made by a push. */
    REPOSITORY_NOT_FOUND(Category.USER, false, Ending.FAILED),
    /** The registry does not let the tag move to another image. */
    TAG_IMMUTABLE(Category.USER, false, Ending.FAILED),

    /** nydus-image could not convert a layer or merge the layers. */
    NYDUS_CONVERSION_FAILED(Category.INFRASTRUCTURE, false, Ending.FAILED),
    /** The Nydus image does not hold the same files as the OCI image; nothing was published. */
    NYDUS_MISMATCH(Category.INFRASTRUCTURE, false, Ending.FAILED),
    /** The two solves did not come from one and the same build; nothing was published. */
    PAIR_DIVERGED(Category.INFRASTRUCTURE, false, Ending.FAILED),

    /** Somebody asked for the build to stop. */
    CANCELED(Category.CANCELED, false, Ending.CANCELED);

    /** Who can do something about it. */
    public enum Category {
        /** The one who sent the request. */
        USER,
        /** Those who run the worker, its broker, its registries or its network. */
        INFRASTRUCTURE,
        /** Time ran out. */
        TIMEOUT,
        /** Nobody: the build was stopped on request. */
        CANCELED;

        /** {@return the name used in messages, in lower case} */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The type of completion event that carries the reason. */
    public enum Ending {
        /** {@code dev.fastpull.build.rejected.v1}: nothing was tried. */
        REJECTED,
        /** {@code dev.fastpull.build.failed.v1}. */
        FAILED,
        /** {@code dev.fastpull.build.canceled.v1}. */
        CANCELED
    }

    private final Category category;
    private final boolean retryable;
    private final Ending ending;

    FailureReason(Category category, boolean retryable, Ending ending) {
        this.category = category;
        this.retryable = retryable;
        this.ending = ending;
    }

    /** {@return who can do something about it} */
    public Category category() {
        return category;
    }

    /** {@return whether the same request, sent again under a new id, may succeed without anybody changing anything} */
    public boolean retryable() {
        return retryable;
    }

    /** {@return the type of completion event that carries this reason} */
    public Ending ending() {
        return ending;
    }
}
