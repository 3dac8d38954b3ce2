package dev.fastpull.worker.chaos;

import dev.fastpull.messages.Format;
import dev.fastpull.worker.chaos.FaultPlan.Planned;
import dev.fastpull.worker.chaos.FaultyRegistry.HeldPut;
import dev.fastpull.worker.chaos.FaultyRegistry.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does what the plan says, as the run goes on, and counts what was really done. */
final class Faults {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    /** Where nothing ends any more, the next fault begins all the same. */
    private static final double LONGEST_SILENCE_SECONDS = 15;
    private static final int PUT_COMES_WITHIN_SECONDS = 30;
    private static final int PUT_TRIES = 4;

    private final FaultPlan plan;
    private final Run run;
    private final EventLog events;
    private final List<Member> members;
    private final Broker broker;
    private final FaultyRegistry registry;
    private final SmallDisk disk;
    private final Lock registryLock = new ReentrantLock();
    private final Lock trapLock = new ReentrantLock();
    private final Map<FaultKind, Integer> done = new ConcurrentHashMap<>();

    Faults(FaultPlan plan, Run run, EventLog events, List<Member> members, Broker broker, FaultyRegistry registry,
            SmallDisk disk) {
        this.plan = plan;
        this.run = run;
        this.events = events;
        this.members = members;
        this.broker = broker;
        this.registry = registry;
        this.disk = disk;
        for (FaultKind kind : FaultKind.values()) {
            done.put(kind, 0);
        }
    }

    /** {@return how many faults of each kind there were} */
    Map<FaultKind, Integer> done() {
        return new EnumMap<>(done);
    }

    /** Goes through the plan; returns once the last fault is over. */
    void inject() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Planned fault : plan.faults()) {
            double begin = run.seconds();
            while (events.count() < fault.afterEvents() && !run.isOver()
                    && Math.min(events.silence(), run.seconds() - begin) < LONGEST_SILENCE_SECONDS) {
                run.pause(LOOK_AGAIN);
            }
            if (!run.isOver()) {
                threads.add(Thread.startVirtualThread(() -> inject(fault)));
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void inject(Planned fault) {
        try {
            run.pause(fault.delay());
            if (!run.isOver() && happens(fault)) {
                done.merge(fault.kind(), 1, Integer::sum);
                run.say(fault.kind().words());
            }
        } catch (IOException | RuntimeException e) {
            run.violated("the harness could not do its part (" + fault.kind() + "): " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says whether it came to it. */
    private boolean happens(Planned fault) throws IOException, InterruptedException {
        boolean any = fault.kind().ofWorker() && fault.kind() != FaultKind.DISK_FULL
                && fault.kind() != FaultKind.LATE_PUT;
        Member member = any ? taken(fault.worker()) : members.get(fault.worker());
        try {
            return happens(fault, member);
        } finally {
            if (any) {
                member.giveBack();
            }
        }
    }

    /** {@return the planned worker, or another where something else is being done to that one; nobody else's until given back} */
    private Member taken(int planned) {
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get((planned + i) % members.size());
            if (member.tryTake()) {
                return member;
            }
        }
        Member member = members.get(planned);
        member.take();
        return member;
    }

    private boolean happens(Planned fault, Member member) throws IOException, InterruptedException {
        switch (fault.kind()) {
            case WORKER_KILL -> member.crash();
            case WORKER_FREEZE, WORKER_ZOMBIE -> member.freeze(fault.length());
            case WORKER_RESTART -> member.restart();
            case DAEMON_KILL -> {
                return member.killDaemon() > 0;
            }
            case LATE_PUT -> {
                return latePut(fault);
            }
            case DISK_FULL -> member.alone(() -> disk.fill(fault.length(), run));
            case BROKER_KILL -> broker.crash(fault.length(), run);
            case REGISTRY_500 -> registry(Mode.ANSWER_500, fault.length());
            case REGISTRY_429 -> registry(Mode.ANSWER_429, fault.length());
            case REGISTRY_RESET -> registry(Mode.RESET, fault.length());
            case REGISTRY_HANG -> registry(Mode.HANG, fault.length());
        }
        return true;
    }

    private void registry(Mode mode, Duration length) throws InterruptedException {
        registryLock.lock();
        try {
            registry.behave(mode);
            run.pause(length);
        } finally {
            registry.behave(Mode.NONE);
            registryLock.unlock();
        }
    }

    /**
     * Between a worker's last check and its PUT nothing can be checked. So the PUT is held just there and its worker
     * stopped, until the broker has given the request to another; then the PUT reaches the registry, and the worker wakes.
     */
    private boolean latePut(Planned fault) throws IOException, InterruptedException {
        trapLock.lock();
        try {
            for (int i = 0; i < PUT_TRIES && !run.isOver() && events.silence() < PUT_COMES_WITHIN_SECONDS; i++) {
                HeldPut held = held(wanted(fault.variant()));
                if (held != null && stopped(held, fault.length())) {
                    return true;
                }
            }
            return false;
        } finally {
            trapLock.unlock();
        }
    }

    /** A twin's, a plain tag's, or that of a tag which others move meanwhile. */
    private static Predicate<String> wanted(int variant) {
        return switch (variant) {
            case 0 -> tag -> tag.endsWith(Format.NYDUS.tagSuffix());
            case 1 -> tag -> !tag.endsWith(Format.NYDUS.tagSuffix());
            default -> tag -> tag.startsWith(Requests.SHARED) && !tag.endsWith(Format.NYDUS.tagSuffix());
        };
    }

    private @Nullable HeldPut held(Predicate<String> wanted) throws InterruptedException {
        try {
            return registry.catchPut(wanted).get(PUT_COMES_WITHIN_SECONDS,
                    TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            registry.catchNothing();
            return null;
        }
    }

    private boolean stopped(HeldPut held, Duration length) throws IOException, InterruptedException {
        try {
            for (Member member : members) {
                if (member.stopWhileSending(held.clientPort(), () -> {
                    run.pause(length);
                    held.release().countDown();
                })) {
                    run.say("a PUT of " + held.tag() + " by " + member.name() + " came " + length.toSeconds()
                            + " s late");
                    return true;
                }
            }
            return false;
        } finally {
            held.release().countDown();
        }
    }
}
