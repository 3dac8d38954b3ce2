package dev.fastpull.worker.queue;

/** Does what a request asks for. One thread per slot calls it, so it runs several times at once. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Works on one request until it has ended. The thread is interrupted when the connection to the broker is lost, or
     * when the worker has to stop and its grace period is over; the request is then delivered again, here or elsewhere.
     * An exception of any other kind is logged and hands the request back.
     *
     * @param received the request
     * @return how it ended
     * @throws InterruptedException if the thread was interrupted
     * @throws RequestLostException if the {@linkplain Received#liveness liveness check} said so
     */
    Answer handle(Received received) throws InterruptedException, RequestLostException;
}
