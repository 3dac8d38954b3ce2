package dev.fastpull.worker.context;

/**
 * One entry of an archive, as the archive has it: nothing of it is checked yet.
 *
 * @param name the name
 * @param type what it is
 * @param mode permission bits, set-user-id, set-group-id and sticky among them
 * @param seconds the modification time in seconds since 1970
 * @param link the target of a link; empty for others
 */
record ArchiveEntry(String name, Type type, int mode, long seconds, String link) {
    /** What an entry may be. */
    enum Type {
        FILE, FOLDER, SYMLINK, HARD_LINK
    }
}
