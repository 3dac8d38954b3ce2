package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;

/** Counts what comes out of an archive, and stops it at the limits. */
final class UnpackMeter {
    private final ContextLimits limits;
    private final long archiveBytes;
    private long entries;
    private long bytes;

    UnpackMeter(ContextLimits limits, long archiveBytes) {
        this.limits = limits;
        this.archiveBytes = Math.max(archiveBytes, 1);
    }

    void entry() throws BuildException {
        if (++entries > limits.entries()) {
            throw TooLarge.entries(limits);
        }
    }

    /** Counts bytes that came out of the decompressor, whatever they are for. */
    void bytes(int number) throws BuildException {
        bytes += number;
        if (bytes > limits.unpackedBytes()) {
            throw TooLarge.unpacked(limits);
        }
        if (bytes > limits.ratioFreeBytes() && bytes / limits.ratio() > archiveBytes) {
            throw TooLarge.ratio(limits);
        }
    }

    /** Refuses beforehand what says of itself that it will be too large. */
    void expect(long moreBytes) throws BuildException {
        if (moreBytes > limits.unpackedBytes() - bytes) {
            throw TooLarge.unpacked(limits);
        }
    }

    long entries() {
        return entries;
    }
}
