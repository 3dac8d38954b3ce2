package dev.fastpull.messages;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** News of a running build, for whoever watches it. Any of it may be lost; only the completion event is certain. */
public sealed interface ProgressEvent {

    /** {@return the id of the request that is built} */
    String requestId();

    /** {@return when it happened} */
    Instant time();

    /**
     * A worker has begun.
     *
     * @param requestId the request's id
     * @param worker the worker's name
     * @param attempt which delivery of the request this is, from 1
     * @param time when
     */
    record Started(String requestId, String worker, int attempt, Instant time) implements ProgressEvent {}

    /**
     * A phase has begun, and so the one before it has ended.
     *
     * @param requestId the request's id
     * @param phase the phase
     * @param time when
     */
    record PhaseChanged(String requestId, Phase phase, Instant time) implements ProgressEvent {}

    /**
     * A line of a step's output, or of the worker's own.
     *
     * @param requestId the request's id
     * @param phase the phase it belongs to
     * @param step the name of the step it comes from; null for the worker's own words
     * @param stream where the step wrote it
     * @param text the line, without its end
     * @param time when
     */
    record LogLine(String requestId, Phase phase, @Nullable String step, Stream stream, String text, Instant time)
            implements
                ProgressEvent {}

    /**
     * A step of the Dockerfile has begun or ended.
     *
     * @param requestId the request's id
     * @param phase the solve it belongs to
     * @param id what tells it from other steps, BuildKit's digest of it
     * @param name the step, as BuildKit shows it
     * @param state what has become of it
     * @param time when
     */
    record StepChanged(String requestId, Phase phase, String id, String name, StepState state, Instant time)
            implements
                ProgressEvent {}

    /**
     * The request has ended. What is told here is the same as in the completion event that the queue carries.
     *
     * @param requestId the request's id
     * @param event the completion event
     * @param time when
     */
    record Ended(String requestId, CompletionEvent event, Instant time) implements ProgressEvent {}

    /** Where a step wrote a line. */
    enum Stream {
        /** Its standard output. */
        STDOUT,
        /** Its standard error. */
        STDERR
    }

    /** What has become of a step. */
    enum StepState {
        /** It has begun. */
        STARTED,
        /** Its result came from the cache. */
        CACHED,
        /** It has ended well. */
        DONE,
        /** It has failed. */
        FAILED
    }
}
