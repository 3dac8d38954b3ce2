package dev.fastpull.worker.disk;

/**
 * How much space there should be, in bytes.
 *
 * @param minFree with less, no new request is taken
 * @param enough with so much, requests are taken again
 * @param low with less, BuildKit's cache is pruned
 * @param cache how much BuildKit's cache may hold
 */
public record DiskLimits(long minFree, long enough, long low, long cache) {
    /** A context, an image's layers unpacked, and both its forms packed, of an image that is not small. */
    private static final long MIN_FREE_AT_MOST = 5L << 30;
    /** More is rarely found again by a build; on a disk of 80 GiB it is the 20 GiB that a worker's cache always had. */
    private static final long CACHE_AT_MOST = 50L << 30;
    private static final int TWENTIETH = 20;
    private static final int QUARTER = 4;

    /**
     * {@return the limits on a volume} Without a word from the operator, a twentieth of it and 5 GiB at most is kept free,
     * and a quarter of it and 50 GiB at most is for the cache: several workers may share a volume, with a cache each.
     *
     * <p>Between the limits lies some room, so that a build more or less does not open and close the worker all the time.
     *
     * @param total the volume's size, in bytes
     * @param written what the operator says
     */
    public static DiskLimits of(long total, DiskSizes written) {
        Size minFree = written.minFree();
        Size cache = written.cache();
        long twentieth = total / TWENTIETH;
        long free = minFree == null ? Math.min(MIN_FREE_AT_MOST, twentieth) : minFree.bytes(total);
        long room = Math.min(free, twentieth);
        return new DiskLimits(free, free + room / QUARTER, free + room,
                cache == null ? Math.min(CACHE_AT_MOST, total / QUARTER) : cache.bytes(total));
    }
}
