package dev.fastpull.worker.queue;

import dev.fastpull.messages.CompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * What one worker leaves at the broker about a request for the worker that receives it next. All of it is taken away in the
 * transaction that ends the request.
 */
public interface Notes {

    /**
     * {@return what was left}
     *
     * @param eventId the id of the request's completion event
     * @throws RequestLostException where the broker does not tell
     */
    Left find(String eventId) throws RequestLostException;

    /**
     * Leaves word that the tags of a build move now. Whoever has the request next moves them to the same images, so that
     * no worker publishes over another's, wherever one of them died or slept.
     *
     * @param draft the event that is sent when they have moved
     * @throws RequestLostException where the broker does not take it, and nothing may be published
     */
    void publishing(CompletionEvent.Succeeded draft) throws RequestLostException;

    /**
     * Leaves word that the request goes back in good order, which costs it no attempt.
     *
     * @param eventId the id of the request's completion event
     * @throws RequestLostException where the broker does not take it
     */
    void handedBack(String eventId) throws RequestLostException;

    /**
     * What earlier workers left.
     *
     * @param handBacks how many of them gave the request back in good order
     * @param begun what one of them had built, and begun to publish; null where none had
     */
    record Left(int handBacks, CompletionEvent.@Nullable Succeeded begun) {}
}
