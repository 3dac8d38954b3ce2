package dev.fastpull.worker.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of a request.
 *
 * @param eventId the id of its completion event
 * @param source the CloudEvents source of its completion event
 * @param number which delivery it is, from 1
 * @param sentAt when the request was sent, by its sender's clock; null where that is not known
 */
public record Attempt(String eventId, String source, int number, @Nullable Instant sentAt) {

    /** {@return how long the request lay in the queue by {@code receivedAt}, in seconds; null where that is not known} */
    @Nullable
    Double queuedSeconds(Instant receivedAt) {
        return sentAt == null ? null : Math.max(0, Duration.between(sentAt, receivedAt).toNanos() / 1e9);
    }
}
