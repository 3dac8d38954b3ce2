package dev.fastpull.worker.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.FailureReason;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import org.junit.jupiter.api.Test;

final class WorkerDiskTest {
    @Test
    void tellsAFullDiskFromADefect() throws InterruptedException {
        assertThat(WorkerDisk.failure(new IOException("No space left on device")).reason())
                .isEqualTo(FailureReason.DISK_FULL);
        assertThat(WorkerDisk.failure(new IOException("Disk quota exceeded")).reason())
                .isEqualTo(FailureReason.DISK_FULL);
        assertThat(WorkerDisk.failure(new IOException("Permission denied")).reason())
                .isEqualTo(FailureReason.INTERNAL);
    }

    @Test
    void takesAFileClosedByAnInterruptForTheBuildsStop() {
        assertThatThrownBy(() -> WorkerDisk.failure(new ClosedByInterruptException()))
                .isInstanceOf(InterruptedException.class);
    }
}
