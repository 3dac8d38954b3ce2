package dev.fastpull.worker.disk;

/**
 * How full a file system is, as statvfs(3) says.
 *
 * @param total its size, in bytes; 0 where it cannot be asked
 * @param unallocated what root can still write, in bytes. BuildKit calls this free
 * @param usable what everybody can, in bytes: ext4 keeps some, 5 % unless told otherwise, for root
 */
public record Space(long total, long unallocated, long usable) {
    /** A small write fails with less than this, or soon will. */
    private static final long FULL_BYTES = 64L << 20;
    private static final int FULL_PART = 100;

    /** {@return whether there is an answer at all} */
    public boolean known() {
        return total > 0;
    }

    /** {@return whether a program that writes much must have met the end of it: 1 % is left, and 64 MiB at most} */
    public boolean full() {
        return known() && unallocated <= Math.min(FULL_BYTES, total / FULL_PART);
    }

    /** {@return what only root can write, in bytes} */
    public long kept() {
        return unallocated - usable;
    }
}
