package dev.fastpull.worker.queue;

import dev.fastpull.messages.CompletionEvent.Succeeded;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The notes about one request, without a broker. */
public final class MemoryNotes implements Notes {
    private final AtomicInteger handBacks = new AtomicInteger();
    private final AtomicReference<@Nullable Succeeded> begun = new AtomicReference<>();

    /** No notes yet. */
    public MemoryNotes() {}

    @Override
    public Left find(String eventId) {
        return new Left(handBacks.get(), begun.get());
    }

    @Override
    public void publishing(Succeeded draft) {
        begun.set(draft);
    }

    @Override
    public void handedBack(String eventId) {
        handBacks.incrementAndGet();
    }
}
