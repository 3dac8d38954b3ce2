package dev.fastpull.worker.job;

import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.worker.publish.Fence;

/**
 * A build's claim to its request. While the claim is in doubt, as the connection to the broker is lost, both methods wait
 * until it is settled.
 */
public interface Claim extends Fence {

    /**
     * Asks right before the first tag moves. Where this returns, whoever has the request next knows what is published.
     *
     * @param draft the event that is sent when the tags have moved
     * @throws InterruptedException where the request is no longer this build's, or the thread was interrupted
     */
    void begin(Succeeded draft) throws InterruptedException;

    /** {@return the claim of a build that came by no queue, which nobody disputes} */
    static Claim undisputed() {
        return new Claim() {
            @Override
            public void begin(Succeeded draft) {}

            @Override
            public void check() {}
        };
    }
}
