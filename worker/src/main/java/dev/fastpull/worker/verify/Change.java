package dev.fastpull.worker.verify;

import org.jspecify.annotations.Nullable;

/** What one entry of a layer does to the files below it (image-spec, layer.md). */
sealed interface Change {
    /**
     * Puts a file, directory, link or device.
     *
     * @param kind what it is
     * @param mode permission bits, set-id and sticky bits, without the type
     * @param uid its owner
     * @param gid its group
     * @param size its size in bytes; 0 for all but regular files
     * @param link where a symbolic link points to, raw; null for all else
     * @param device major and minor number as one 32-bit device number (makedev(3)); 0 for all but devices
     * @param content the {@link Chunking.Folding} of its chunks' hashes; empty for all but non-empty regular files
     */
    record Put(FileKind kind, int mode, long uid, long gid, long size, @Nullable String link, int device,
            ContentId content) implements Change {
        /** What stands for a directory that no layer has an entry for: runtimes make it root's. */
        static final Put IMPLIED = new Put(FileKind.DIRECTORY, 0755, 0, 0, 0, null, 0, ContentId.NONE);

        /** {@return the device number of a major and a minor number, as makedev(3) makes it, cut to 32 bits} */
        static int device(long major, long minor) {
            return (int) ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xffL) << 12));
        }
    }

    /**
     * Gives a file one more name.
     *
     * @param target the path of the file, clean and raw
     */
    record Link(String target) implements Change {}

    /** Removes what the layers below have at the path. */
    record Remove() implements Change {}

    /** Empties the directory at the path of what the layers below have in it. */
    record Opaque() implements Change {}
}
