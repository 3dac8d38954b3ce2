package dev.fastpull.worker.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * All faults of a run, drawn before it begins.
 *
 * @param faults the faults, in the order in which they begin
 */
record FaultPlan(List<Planned> faults) {
    /** Faults of a run's end would hit workers that have nothing to do. */
    private static final double LAST_AT = 0.9;
    private static final double LAST_LONG_AT = 0.6;
    private static final int MORE_OF_FEWER = 10;
    private static final int VARIANTS = 3;
    private static final int LONGEST_DELAY_MILLIS = 1500;

    /**
     * One fault.
     *
     * @param afterEvents it begins once the observer has seen so many events
     * @param delay and so much later, so that it does not always meet the same moment of a build
     * @param kind what is done
     * @param worker to which worker, from 0; of no meaning where it is not done to a worker
     * @param length how long it lasts
     * @param variant which tag's PUT it is done to, from 0 to 2; of no meaning for other kinds
     */
    record Planned(int afterEvents, Duration delay, FaultKind kind, int worker, Duration length,
            int variant) {}

    /** Copies the list. */
    FaultPlan {
        faults = List.copyOf(faults);
    }

    /** {@return the plan for so many requests and workers} */
    static FaultPlan draw(Random random, int requests, int workers) {
        return draw(random, requests, workers, EnumSet.allOf(FaultKind.class));
    }

    /** {@return the plan with faults of these kinds alone, ten times as many where they are not all} */
    static FaultPlan draw(Random random, int requests, int workers, Set<FaultKind> kinds) {
        int times = kinds.size() == FaultKind.values().length ? 1 : MORE_OF_FEWER;
        List<Planned> faults = new ArrayList<>();
        for (FaultKind kind : kinds) {
            int count = Requests.share(requests, kind.perThousand() * times);
            for (int i = 0; i < count; i++) {
                // Each has its own part of the run, so that they are spread over it whatever the seed.
                double at = (i + random.nextDouble()) / count;
                // Only the first worker's disk is a small one.
                int worker = kind == FaultKind.DISK_FULL ? 0 : random.nextInt(workers);
                faults.add(new Planned((int) (at * requests * (kind.isLong() ? LAST_LONG_AT : LAST_AT)),
                        Duration.ofMillis(random.nextInt(LONGEST_DELAY_MILLIS)), kind, worker,
                        kind.lasting(random.nextDouble()), random.nextInt(VARIANTS)));
            }
        }
        faults.sort(Comparator.comparingInt(Planned::afterEvents));
        return new FaultPlan(faults);
    }

    /** {@return how many faults there are of a kind} */
    long count(FaultKind kind) {
        return faults.stream().filter(fault -> fault.kind() == kind).count();
    }
}
