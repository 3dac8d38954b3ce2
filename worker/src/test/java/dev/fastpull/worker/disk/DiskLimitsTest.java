package dev.fastpull.worker.disk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiskLimitsTest {
    private static final long GIB = 1L << 30;

    @Test
    void aLargeDiskHasLimitsThatDoNotGrowWithIt() {
        assertThat(DiskLimits.of(1000 * GIB, DiskSizes.DEFAULT))
                .isEqualTo(new DiskLimits(5 * GIB, 5 * GIB + 5 * GIB / 4, 10 * GIB, 50 * GIB));
    }

    @Test
    void aSmallDiskHasPartsOfIt() {
        assertThat(DiskLimits.of(40 * GIB, DiskSizes.DEFAULT))
                .isEqualTo(new DiskLimits(2 * GIB, 2 * GIB + GIB / 2, 4 * GIB, 10 * GIB));
    }

    @Test
    void theOperatorsWordCounts() {
        var written = new DiskSizes(Size.parse("50%"), Size.parse("2GiB"));
        assertThat(DiskLimits.of(40 * GIB, written))
                .isEqualTo(new DiskLimits(20 * GIB, 20 * GIB + GIB / 2, 22 * GIB, 2 * GIB));
    }

    @Test
    void withNothingKeptFreeNothingIsWatched() {
        assertThat(DiskLimits.of(40 * GIB, new DiskSizes(Size.parse("0"), null)))
                .isEqualTo(new DiskLimits(0, 0, 0, 10 * GIB));
    }
}
