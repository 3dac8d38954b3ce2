package dev.fastpull.messages;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one message that ends a request, as a CloudEvent 1.0. */
public sealed interface CompletionEvent {

    /** {@return what CloudEvents wants to know} */
    Envelope envelope();

    /** {@return what was done and made} */
    BuildReport report();

    /** {@return the CloudEvents type, such as {@code dev.fastpull.build.succeeded.v1}} */
    default String type() {
        return "dev.fastpull.build." + status() + ".v1";
    }

    /** {@return why there are no images, empty for success} */
    default Optional<Failure> cause() {
        return Optional.empty();
    }

    /** {@return {@code succeeded}, {@code failed}, {@code canceled} or {@code rejected}} */
    String status();

    /**
     * Both images are verified and published.
     *
     * @param envelope what CloudEvents wants to know
     * @param report what was done and made
     */
    record Succeeded(Envelope envelope, BuildReport report) implements CompletionEvent {
        @Override
        public String status() {
            return "succeeded";
        }
    }

    /**
     * The build was tried and did not succeed.
     *
     * @param envelope what CloudEvents wants to know
     * @param report what was done and made
     * @param failure why there are no images
     */
    record Failed(Envelope envelope, BuildReport report, Failure failure) implements CompletionEvent {
        @Override
        public String status() {
            return "failed";
        }

        @Override
        public Optional<Failure> cause() {
            return Optional.of(failure);
        }
    }

    /**
     * The build was stopped on request.
     *
     * @param envelope what CloudEvents wants to know
     * @param report what was done and made
     * @param failure why there are no images
     */
    record Canceled(Envelope envelope, BuildReport report, Failure failure) implements CompletionEvent {
        @Override
        public String status() {
            return "canceled";
        }

        @Override
        public Optional<Failure> cause() {
            return Optional.of(failure);
        }
    }

    /**
     * Nothing was tried: the request is not one that can be built.
     *
     * @param envelope what CloudEvents wants to know
     * @param report what was done and made
     * @param failure why there are no images
     */
    record Rejected(Envelope envelope, BuildReport report, Failure failure) implements CompletionEvent {
        @Override
        public String status() {
            return "rejected";
        }

        @Override
        public Optional<Failure> cause() {
            return Optional.of(failure);
        }
    }

    /**
     * What CloudEvents wants to know.
     *
     * @param id a UUIDv5 of the request's id and content: the same for every delivery of the same request
     * @param source {@code urn:fastpull:<request queue>}
     * @param subject the requested image; null where it could not be read
     * @param time when the request ended
     */
    record Envelope(String id, String source, @Nullable String subject, Instant time) {}

    /**
     * Why there are no images.
     *
     * @param reason the reason
     * @param message one or two sentences for a person: what is wrong and what to do
     * @param exitCode the exit code of the failed step; null where none ran
     * @param step the failed step, as the Dockerfile has it; null where it was none
     * @param logTail the end of the build's log, at most 8 KiB; null where there is none
     */
    record Failure(FailureReason reason, String message, @Nullable Integer exitCode, @Nullable String step,
            @Nullable String logTail) {}
}
