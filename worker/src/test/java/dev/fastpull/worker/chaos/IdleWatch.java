package dev.fastpull.worker.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Looks at the workers while they work: one that has ended by itself is started again and told of; and no worker that is
 * ready may stand idle while more requests wait than the others can be at work on.
 */
final class IdleWatch {
    private static final Duration EVERY = Duration.ofMillis(500);
    /** A worker pauses for a moment after it has handed a request back, and looks for the broker every now and then. */
    private static final double IDLE_SECONDS = 10;

    private final List<Member> members;
    private final Run run;
    private final IntSupplier outstanding;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile double longestIdle;

    IdleWatch(List<Member> members, Run run, IntSupplier outstanding) {
        this.members = members;
        this.run = run;
        this.outstanding = outstanding;
        members.forEach(member -> threads.add(Thread.startVirtualThread(() -> watch(member))));
    }

    /** {@return for how long a ready worker stood idle at most while requests waited, in seconds} */
    double longestIdle() {
        return longestIdle;
    }

    private void watch(Member member) {
        try {
            double idleSince = run.seconds();
            boolean told = false;
            OptionalDouble ended = OptionalDouble.empty();
            while (!closed.get() && !run.isOver()) {
                run.pause(EVERY);
                member.lookAfter();
                OptionalDouble now = member.ended();
                boolean idle = outstanding.getAsInt() > members.size() && member.ready()
                        && member.running().orElse(1) == 0 && now.equals(ended);
                ended = now;
                if (!idle) {
                    idleSince = run.seconds();
                } else if (run.seconds() - idleSince > IDLE_SECONDS && !told) {
                    told = true;
                    run.violated(member.name() + " was ready and had nothing to do for " + (int) IDLE_SECONDS
                            + " s, while " + outstanding.getAsInt() + " requests had not ended");
                }
                longestIdle = Math.max(longestIdle, run.seconds() - idleSince);
            }
        } catch (IOException e) {
            run.violated("the harness could not start " + member.name() + " again: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks no more; it also ends with the run. */
    void finish() throws InterruptedException {
        closed.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
