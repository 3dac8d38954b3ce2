package dev.fastpull.worker.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    @Test
    void aThousandRequestsMeetAllThatIsPromised() {
        var plan = FaultPlan.draw(new Random(1), 1000, 3);

        assertThat(plan.count(FaultKind.WORKER_KILL)).isGreaterThanOrEqualTo(60);
        assertThat(plan.count(FaultKind.BROKER_KILL)).isGreaterThanOrEqualTo(10);
        assertThat(plan.count(FaultKind.REGISTRY_500) + plan.count(FaultKind.REGISTRY_429)
                + plan.count(FaultKind.REGISTRY_RESET) + plan.count(FaultKind.REGISTRY_HANG))
                .isGreaterThanOrEqualTo(50);
    }

    @Test
    void aShortRunMeetsEachFault() {
        var plan = FaultPlan.draw(new Random(2), 30, 2);

        assertThat(FaultKind.values()).allSatisfy(kind -> assertThat(plan.count(kind)).isPositive());
        assertThat(plan.faults()).allSatisfy(fault -> assertThat(fault.worker()).isLessThan(2));
    }

    @Test
    void theSameSeedIsTheSamePlan() {
        assertThat(FaultPlan.draw(new Random(3), 100, 3)).isEqualTo(FaultPlan.draw(new Random(3), 100, 3))
                .isNotEqualTo(FaultPlan.draw(new Random(4), 100, 3));
    }
}
