package dev.fastpull.worker.queue;

import dev.fastpull.messages.RequestLimits;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request as it came from the broker.
 *
 * @param body what was sent, at most {@value #MAX_BYTES} bytes; not copied
 * @param attempt which delivery of the request this is, from 1, as far as the broker remembers
 * @param maxAttempts how many deliveries a request gets before it has to end without another try
 * @param sentAt when it was sent, by its sender's clock; null where the sender did not say
 * @param queue the name of the queue it came from
 * @param liveness proves that the request is still this worker's
 * @param marks tells whether somebody wants it canceled
 * @param notes what earlier workers left about it, and what this one leaves
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and 256 KiB need not be copied
public record Received(byte[] body, int attempt, int maxAttempts, @Nullable Instant sentAt, String queue,
        LivenessCheck liveness, Marks marks, Notes notes) {

    /** Knows which requests somebody wants canceled. */
    @FunctionalInterface
    public interface Marks {
        /** {@return whether the request is to be canceled}; throws {@link RequestLostException} where the broker is gone. */
        boolean contain(String requestId) throws RequestLostException;
    }

    /** The largest request, in bytes. */
    public static final int MAX_BYTES = RequestLimits.BYTES;

    /**
     * {@return whether the request has had its tries, and has to end now without another one}
     *
     * @param handBacks how many of the deliveries before this one ended in good order, and so count for nothing
     */
    public boolean exhausted(int handBacks) {
        return attempt - handBacks > maxAttempts;
    }
}
