package dev.fastpull.worker.verify;

/** What an entry of a file system is. */
enum FileKind {
    /** A regular file. */
    FILE("file", 0100000),
    /** A directory. */
    DIRECTORY("directory", 0040000),
    /** A symbolic link. */
    SYMLINK("symbolic link", 0120000),
    /** A character device. */
    CHARACTER_DEVICE("character device", 0020000),
    /** A block device. */
    BLOCK_DEVICE("block device", 0060000),
    /** A named pipe. */
    FIFO("fifo", 0010000),
    /** A socket, which no tar can hold. */
    SOCKET("socket", 0140000);

    private static final int TYPE_BITS = 0170000;

    private final String label;
    private final int modeBits;

    FileKind(String label, int modeBits) {
        this.label = label;
        this.modeBits = modeBits;
    }

    /** {@return the kind that the type bits of a Unix mode name (inode(7))} */
    static FileKind ofMode(int mode) throws UnprovableException {
        for (FileKind kind : values()) {
            if ((mode & TYPE_BITS) == kind.modeBits) {
                return kind;
            }
        }
        throw new UnprovableException("mode 0" + Integer.toOctalString(mode) + " is of no known file type");
    }

    /** {@return the type bits of its Unix mode, shifted to the right end} */
    int code() {
        return modeBits >> 12;
    }

    @Override
    public String toString() {
        return label;
    }
}
