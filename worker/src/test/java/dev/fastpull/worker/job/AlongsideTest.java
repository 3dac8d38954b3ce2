package dev.fastpull.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class AlongsideTest {
    @Test
    void itsResultIsWaitedFor() throws Exception {
        try (var work = Alongside.start("test", () -> "done")) {
            assertThat(work.join()).isEqualTo("done");
        }
    }

    @Test
    void itLogsUnderTheSameRequest() throws Exception {
        try (var _ = MDC.putCloseable("requestId", "r-1");
                var work = Alongside.start("test", () -> MDC.get("requestId"))) {
            assertThat(work.join()).isEqualTo("r-1");
        }
    }

    @Test
    void itsFailureIsThrownOn() {
        var failure = new BuildException(FailureReason.CONTEXT_NOT_FOUND, "gone");
        try (var work = Alongside.start("test", () -> {
            throw failure;
        })) {
            assertThatThrownBy(work::join).isSameAs(failure);
        }
    }

    @Test
    void aDefectIsThrownOn() {
        var defect = new IllegalStateException("a defect");
        try (var work = Alongside.start("test", () -> {
            throw defect;
        })) {
            assertThatThrownBy(work::join).isSameAs(defect);
        }
    }

    @Test
    void whatGoesOnForTooLongIsSaid() {
        try (var work = Alongside.start("test", AlongsideTest::forever)) {
            assertThatThrownBy(() -> work.join(Duration.ofMillis(1))).isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void closingInterruptsAndWaits() throws Exception {
        var begun = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        try (var _ = Alongside.start("test", () -> {
            begun.countDown();
            try {
                return forever();
            } finally {
                ended.set(true);
            }
        })) {
            begun.await();
        }
        assertThat(ended).isTrue();
    }

    @Test
    void closingKeepsTheInterruptOfWhoeverCloses() {
        var work = Alongside.start("test", AlongsideTest::forever);
        Thread.currentThread().interrupt();
        work.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    private static String forever() throws InterruptedException {
        new CountDownLatch(1).await();
        return "never";
    }
}
