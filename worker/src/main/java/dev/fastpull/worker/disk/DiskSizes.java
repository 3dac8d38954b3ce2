package dev.fastpull.worker.disk;

import org.jspecify.annotations.Nullable;

/**
 * What an operator says of the disk; {@link DiskLimits} is what becomes of it on a real one.
 *
 * @param minFree how much is to be kept free; null for nothing in particular
 * @param cache how much BuildKit's cache may hold; null for nothing in particular
 */
public record DiskSizes(@Nullable Size minFree, @Nullable Size cache) {
    /** Nothing in particular. */
    public static final DiskSizes DEFAULT = new DiskSizes(null, null);
}
