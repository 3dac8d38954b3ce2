package dev.fastpull.worker.queue;

/** The request is no longer this worker's: it will be delivered again, so nothing may be published for it here. */
public final class RequestLostException extends Exception {

    /**
     * The request is lost.
     *
     * @param message one sentence for the log
     */
    public RequestLostException(String message) {
        super(message);
    }
}
