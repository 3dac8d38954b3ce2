package dev.fastpull.worker.context;

/**
 * How large a context may be. The limits are applied to bytes as they pass, so whoever exceeds one is stopped there.
 *
 * @param archiveBytes the most bytes of an archive, fetched or lying in a folder
 * @param unpackedBytes the most bytes that an archive may unpack to, counting everything that comes out of the
 *         decompressor
 * @param entries the most entries (files, folders, links) in an archive
 * @param ratio the most bytes unpacked per byte of archive, once {@code ratioFreeBytes} are exceeded
 * @param ratioFreeBytes up to how many unpacked bytes the ratio does not matter: small contexts may compress well
 * @param nameBytes the longest name of an entry or target of a link, in bytes of UTF-8
 * @param depth the most folders above an entry, itself included
 * @param decoderBytes the most memory that the xz or zstd decoder may ask for, in bytes
 */
public record ContextLimits(long archiveBytes, long unpackedBytes, long entries, long ratio, long ratioFreeBytes,
        int nameBytes, int depth, long decoderBytes) {
    /** Linux takes paths up to 4,095 bytes; this leaves a quarter for the folder that the context is unpacked into. */
    private static final int NAME_BYTES = 3072;
    /** {@code zstd --long} and {@code --ultra -22} make windows of 128 MiB, {@code xz -9} asks for 65 MiB. */
    private static final long DECODER_BYTES = 128L << 20;

    /** {@return the limits of a worker: 4 GiB of archive, 20 GiB and 1,000,000 entries unpacked, ratio 200 after 100 MiB} */
    public static ContextLimits defaults() {
        return new ContextLimits(4L << 30, 20L << 30, 1_000_000, 200, 100L << 20, NAME_BYTES, 128, DECODER_BYTES);
    }

    /** {@return no limit but on names, depth and the decoder's memory: for an archive of the user's own} */
    public static ContextLimits unlimited() {
        return new ContextLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE,
                NAME_BYTES, 128, DECODER_BYTES);
    }

    /** {@return these limits with another size of the archive, in bytes} */
    public ContextLimits withArchiveBytes(long bytes) {
        return new ContextLimits(bytes, unpackedBytes, entries, ratio, ratioFreeBytes, nameBytes, depth, decoderBytes);
    }

    /** {@return these limits with another size of what is unpacked, in bytes} */
    public ContextLimits withUnpackedBytes(long bytes) {
        return new ContextLimits(archiveBytes, bytes, entries, ratio, ratioFreeBytes, nameBytes, depth, decoderBytes);
    }

    /** {@return these limits with another number of entries} */
    public ContextLimits withEntries(long number) {
        return new ContextLimits(archiveBytes, unpackedBytes, number, ratio, ratioFreeBytes, nameBytes, depth,
                decoderBytes);
    }

    /** {@return these limits with another ratio, which counts after the given number of unpacked bytes} */
    public ContextLimits withRatio(long newRatio, long freeBytes) {
        return new ContextLimits(archiveBytes, unpackedBytes, entries, newRatio, freeBytes, nameBytes, depth,
                decoderBytes);
    }
}
