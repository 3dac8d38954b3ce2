package dev.fastpull.worker.cli;

import dev.fastpull.worker.disk.DiskGuard;
import dev.fastpull.worker.disk.DiskLimits;
import dev.fastpull.worker.disk.DiskSizes;
import dev.fastpull.worker.disk.DiskWatch;
import dev.fastpull.worker.disk.Reserve;
import dev.fastpull.worker.disk.Volume;
import dev.fastpull.worker.image.Builder;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The disk below a service's folder.
 *
 * @param volume the disk
 * @param limits how much of it is for what
 * @param reserve is given back when it is full
 */
record ServiceDisk(Volume volume, DiskLimits limits, Reserve reserve) {

    /** {@return the disk of this folder} */
    static ServiceDisk of(Path folder, DiskSizes written) {
        Volume volume = Volume.of(folder);
        long total = volume.space().total();
        return new ServiceDisk(volume, DiskLimits.of(total, written), Reserve.in(folder, total));
    }

    /** Sees to it that a daemon can start: it cannot where it has no block to write to. */
    void prepare() {
        if (volume.space().full()) {
            reserve.release();
        }
    }

    /** {@return how much the daemon is to leave free after each build, in bytes as it counts them} */
    long daemonMinFree() {
        return limits.low() + volume.space().kept();
    }

    /** Begins to look after it. */
    DiskWatch watch(Builder daemon) throws InterruptedException {
        return DiskWatch.start(new DiskGuard(volume, limits, daemon.cache(), reserve, Clock.systemUTC()));
    }
}
