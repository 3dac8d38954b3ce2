package dev.fastpull.worker.job;

import dev.fastpull.worker.BuildException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Work that goes on beside the thread that started it, in a virtual thread: only there an interrupt ends a read from the
 * network. It never outlives its {@link #close}, so whoever starts it in a try statement leaves nothing running behind.
 *
 * @param <T> what comes of it
 */
final class Alongside<T> implements AutoCloseable {
    private final FutureTask<T> task;
    private final Thread thread;

    private Alongside(FutureTask<T> task, Thread thread) {
        this.task = task;
        this.thread = thread;
    }

    /** Starts the work, which logs under the request of the thread that calls this. */
    static <T> Alongside<T> start(String name, Work<T> work) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        var task = new FutureTask<>(() -> {
            if (context != null) {
                MDC.setContextMap(context);
            }
            return work.run();
        });
        return new Alongside<>(task, Thread.ofVirtual().name(name).start(task));
    }

    /**
     * Waits for the end of the work.
     *
     * @return what came of it
     * @throws BuildException where it failed so
     * @throws InterruptedException where this thread, or the work's own, was interrupted
     */
    T join() throws BuildException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /**
     * Waits for the end of the work, for so long.
     *
     * @param limit how long; null for as long as it takes
     * @throws TimeoutException where it goes on after that
     */
    T join(@Nullable Duration limit) throws BuildException, InterruptedException, TimeoutException {
        if (limit == null) {
            return join();
        }
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /** {@return nothing, ever: what the work threw is thrown on, and what it may not throw is a defect} */
    private static RuntimeException failure(@Nullable Throwable cause) throws BuildException, InterruptedException {
        return switch (cause) {
            case BuildException e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new IllegalStateException(cause);
        };
    }

    /** Interrupts the work and waits for nothing. */
    void interrupt() {
        thread.interrupt();
    }

    /** Interrupts the work where it has not ended yet, and waits until it has. */
    @Override
    public void close() {
        thread.interrupt();
        awaitEnd();
    }

    /** Waits until the work has ended, whoever wants this thread meanwhile. */
    void awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
