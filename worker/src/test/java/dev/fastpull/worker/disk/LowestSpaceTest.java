package dev.fastpull.worker.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LowestSpaceTest {
    private final AtomicLong free = new AtomicLong(500);
    private final Volume volume = new Volume(Path.of("/"), () -> new Space(1000, free.get(), free.get()));

    @Test
    void aDiskThatWasFullIsRemembered() {
        try (var lowest = LowestSpace.watch(Optional.of(volume))) {
            lowest.look();
            assertThat(lowest.wasFull()).isFalse();
            free.set(10);
            await().until(lowest::wasFull);
            free.set(500);
            lowest.look();
            assertThat(lowest.wasFull()).isTrue();
        }
    }

    @Test
    void ofAnotherMachinesDiskNothingIsKnown() {
        try (var lowest = LowestSpace.watch(Optional.empty())) {
            lowest.look();
            assertThat(lowest.wasFull()).isFalse();
        }
    }

    @Test
    void theRealDiskIsAskedByAnyFolderOnIt(@TempDir Path folder) {
        Space space = Volume.of(folder.resolve("not/there/yet")).space();
        assertThat(space.known()).isTrue();
        assertThat(space.usable()).isPositive().isLessThanOrEqualTo(space.unallocated());
        assertThat(space.unallocated()).isLessThanOrEqualTo(space.total());
    }
}
