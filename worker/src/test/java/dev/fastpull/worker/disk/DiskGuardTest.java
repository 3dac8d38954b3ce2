package dev.fastpull.worker.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskGuardTest {
    private static final long MIB = 1L << 20;
    private static final DiskLimits LIMITS = new DiskLimits(100 * MIB, 125 * MIB, 200 * MIB, 1000 * MIB);

    @TempDir
    Path folder;

    private final Disk disk = new Disk();
    private final Time time = new Time();
    private Reserve reserve;
    private DiskGuard guard;

    /** A disk with a cache on it, of which a part may go. */
    private static final class Disk implements Cache {
        private final List<String> pruned = new ArrayList<>();
        private long free = 1000 * MIB;
        private long prunable;
        private boolean broken;

        Space space() {
            return new Space(4000 * MIB, free + 50 * MIB, free);
        }

        @Override
        public void keepFree(long bytes, Duration spared) throws IOException {
            pruned.add("until " + bytes / MIB + " MiB are free, but " + spared.toMinutes() + " min");
            prune(bytes - 50 * MIB);
        }

        @Override
        public void halve() throws IOException {
            pruned.add("half");
            prune(free + prunable / 2);
        }

        private void prune(long target) throws IOException {
            if (broken) {
                throw new IOException("the daemon is away");
            }
            long more = Math.clamp(target - free, 0, prunable);
            free += more;
            prunable -= more;
        }
    }

    private static final class Time extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void guard() {
        reserve = new Reserve(folder.resolve("reserve"), 3 * MIB);
        guard = new DiskGuard(new Volume(Path.of("/data"), disk::space), LIMITS, disk, reserve, time);
    }

    private void look(long freeMib) throws InterruptedException {
        disk.free = freeMib * MIB;
        guard.look();
    }

    @Test
    void withEnoughSpaceNothingHappens() throws Exception {
        look(201);
        assertThat(disk.pruned).isEmpty();
        assertThat(guard.open()).isTrue();
        assertThat(guard.problem()).isEmpty();
    }

    @Test
    void withLittleSpaceTheCacheGoesAsFarAsMustBe() throws Exception {
        disk.prunable = 500 * MIB;
        look(90);
        assertThat(disk.pruned).containsExactly("until 250 MiB are free, but 5 min");
        assertThat(disk.free).isEqualTo(200 * MIB);
        assertThat(guard.open()).isTrue();
    }

    @Test
    void onAFullDiskWhatIsYoungGoesToo() throws Exception {
        look(-20);
        assertThat(disk.pruned).containsExactly("until 250 MiB are free, but 0 min");
    }

    @Test
    void whatCannotGoIsNotAskedForAllTheTime() throws Exception {
        look(150);
        look(150);
        assertThat(disk.pruned).hasSize(1);
        time.now = time.now.plus(Duration.ofSeconds(61));
        look(150);
        assertThat(disk.pruned).hasSize(2);
    }

    @Test
    void withTooLittleSpaceNoBuildBeginsUntilThereIsSomeMoreAndThatIsSaidOnce() throws Exception {
        try (var log = CapturedLog.start()) {
            look(99);
            look(98);
            assertThat(guard.open()).isFalse();
            assertThat(guard.problem()).get().asString().contains("only 98.0 MiB are free on the volume of /data",
                    "125.0 MiB", "--min-free");
            look(110);
            assertThat(guard.open()).isFalse();
            look(130);
            assertThat(guard.open()).isTrue();
            look(110);
            assertThat(guard.open()).isTrue();
            assertThat(log.text().lines().filter(line -> line.contains("no requests are taken"))).hasSize(1);
            assertThat(log.text()).contains("requests are taken again");
        }
    }

    @Test
    void aCacheThatCannotBePrunedIsNoReasonToEnd() throws Exception {
        disk.broken = true;
        look(99);
        assertThat(guard.open()).isFalse();
    }

    @Test
    void aDiskThatCannotBeAskedChangesNothing() throws Exception {
        var unknown = new DiskGuard(new Volume(Path.of("/data"), () -> new Space(0, 0, 0)), LIMITS, disk, reserve,
                time);
        unknown.look();
        assertThat(unknown.open()).isTrue();
        assertThat(disk.pruned).isEmpty();
    }

    @Test
    void aBuildThatMetTheEndOfTheDiskCostsHalfOfTheCache() throws Exception {
        disk.prunable = 500 * MIB;
        guard.makeRoom();
        guard.makeRoom();
        assertThat(disk.prunable).isEqualTo(125 * MIB);
    }

    @Test
    void theReserveIsThereForPruningAndComesBack() throws Exception {
        look(300);
        assertThat(reserve.file()).hasSize(3 * MIB);
        // 40 MiB of 4000 is full.
        disk.free = -20 * MIB;
        guard.makeRoom();
        assertThat(reserve.file()).doesNotExist();
        look(5);
        assertThat(reserve.file()).doesNotExist();
        look(300);
        assertThat(reserve.file()).hasSize(3 * MIB);
    }
}
