package dev.fastpull.worker.queue;

/** Asked right before a build is published: is the request still ours, or has the broker given it to somebody else? */
@FunctionalInterface
public interface LivenessCheck {

    /**
     * Goes to the broker and back. Not to be called by two threads at once, since JMS sessions do not bear it.
     *
     * @throws RequestLostException if the broker does not answer, or no longer knows the session that holds the request
     */
    void prove() throws RequestLostException;
}
