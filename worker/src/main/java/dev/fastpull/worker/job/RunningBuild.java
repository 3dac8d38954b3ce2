package dev.fastpull.worker.job;

import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.queue.Received;
import dev.fastpull.worker.queue.RequestLostException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The build of one request, which outlives the connection that the request came by: while nobody holds the request it goes
 * on, but publishes nothing, until the request is delivered again, or it is abandoned.
 */
final class RunningBuild implements Claim {
    private final String requestId;
    private final String eventId;
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<CompletionEvent> result = new CompletableFuture<>();
    private @Nullable Alongside<CompletionEvent> work;
    private @Nullable Hold hold;
    private boolean abandoned;

    /** One delivery of the request, which has the build until the delivery is void. */
    static final class Hold {
        private final Received received;
        private final CompletableFuture<CompletionEvent> answer;

        private Hold(Received received, CompletableFuture<CompletionEvent> answer) {
            this.received = received;
            this.answer = answer;
        }

        Received received() {
            return received;
        }
    }

    /** A build that nobody has and that has not begun. */
    RunningBuild(String requestId, String eventId) {
        this.requestId = requestId;
        this.eventId = eventId;
    }

    String requestId() {
        return requestId;
    }

    String eventId() {
        return eventId;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** Begins to build. */
    synchronized void start(Work<CompletionEvent> build) {
        work = Alongside.start("request", () -> {
            try {
                CompletionEvent event = build.run();
                result.complete(event);
                return event;
            } catch (BuildException | InterruptedException | RuntimeException | Error e) {
                result.completeExceptionally(e);
                throw e;
            }
        });
    }

    /** Says that it will never begin. */
    void giveUp() {
        result.cancel(false);
    }

    /** Takes the build for a delivery of its request; {@return null where another delivery has it} */
    synchronized @Nullable Hold take(Received received) {
        if (hold != null) {
            return null;
        }
        var taken = new Hold(received, result.copy());
        hold = taken;
        notifyAll();
        return taken;
    }

    /**
     * Waits for the event.
     *
     * @throws RequestLostException where the delivery turns out to be void; the build goes on and nobody has it then
     * @throws InterruptedException where this thread was interrupted; the delivery has the build as before
     */
    static CompletionEvent await(Hold hold) throws InterruptedException, RequestLostException {
        try {
            return hold.answer.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause)
            throws InterruptedException, RequestLostException {
        return switch (cause) {
            case RequestLostException e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new IllegalStateException(cause);
        };
    }

    /** The delivery is void: from now on nobody has the build, and the delivery's wait for it ends. */
    synchronized void lose(Hold lost, RequestLostException why) {
        if (hold == lost) {
            hold = null;
            lost.answer.completeExceptionally(why);
        }
    }

    synchronized boolean isHeld() {
        return hold != null;
    }

    /** Waits until the build has ended, however that was, or was abandoned. */
    void awaitEnd() throws InterruptedException {
        try {
            result.get();
        } catch (ExecutionException | CancellationException _) {
            // It is its holder's to tell.
        }
    }

    /** Stops the build where nobody has it; {@return whether that was so} */
    boolean abandon() {
        synchronized (this) {
            if (hold != null) {
                return false;
            }
            abandoned = true;
            notifyAll();
        }
        stop();
        return true;
    }

    /** Stops the build and waits for that; {@return its event, where it had begun to publish and so came to its end} */
    Optional<CompletionEvent> stop() {
        Alongside<CompletionEvent> current;
        synchronized (this) {
            current = work;
        }
        if (current != null) {
            current.interrupt();
            current.awaitEnd();
        }
        return result.isCompletedExceptionally() ? Optional.empty() : Optional.ofNullable(result.getNow(null));
    }

    @Override
    public void begin(Succeeded draft) throws InterruptedException {
        prove(received -> {
            received.liveness().prove();
            received.notes().publishing(draft);
        });
    }

    @Override
    public void check() throws InterruptedException {
        prove(received -> received.liveness().prove());
    }

    /** Something that only the one who has the request can do. */
    private interface Proof {
        void of(Received received) throws RequestLostException;
    }

    private void prove(Proof proof) throws InterruptedException {
        while (true) {
            Hold current = held();
            try {
                proof.of(current.received);
                return;
            } catch (RequestLostException e) {
                lose(current, e);
            }
        }
    }

    /** {@return the delivery that has the build, waiting for one as long as it takes} */
    private synchronized Hold held() throws InterruptedException {
        while (hold == null && !abandoned) {
            wait();
        }
        if (hold == null) {
            throw new InterruptedException("the request is no longer this worker's");
        }
        return hold;
    }
}
