package dev.fastpull.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.BuildException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PhaseTimeTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicInteger stopped = new AtomicInteger();

    /** Hangs until it is interrupted. */
    private String hang() throws InterruptedException {
        begun.countDown();
        try {
            never.await();
            return "never";
        } finally {
            stopped.incrementAndGet();
        }
    }

    @Test
    void whatHangsIsStoppedAndThePhaseIsNamed() {
        BuildException failure = catchThrowableOfType(BuildException.class,
                () -> PhaseTime.within(SHORT, Phase.VERIFY, this::hang));

        assertThat(failure.reason()).isEqualTo(FailureReason.TIMEOUT);
        assertThat(failure).hasMessage("The phase verify took longer than the 0.05 s that the worker's operator gives"
                + " it, and was stopped. Nothing was published. If it needs more, ask for a longer --phase-timeout"
                + " verify=….");
        assertThat(stopped).hasValue(1);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void whatEndsInTimeIsLeftAlone() throws Exception {
        assertThat(PhaseTime.within(LONG, Phase.FETCH, () -> "done")).isEqualTo("done");
        assertThat(PhaseTime.within(null, Phase.FETCH, () -> "done")).isEqualTo("done");
    }

    @Test
    void anInterruptFromOutsideReachesTheWorkAndStaysAnInterrupt() throws Exception {
        var outer = Alongside.start("build", () -> PhaseTime.within(LONG, Phase.BUILD_OCI, this::hang));
        begun.await();
        outer.interrupt();

        assertThat(catchThrowableOfType(InterruptedException.class, outer::join)).isNotNull();
        assertThat(stopped).hasValue(1);
    }
}
