package dev.fastpull.worker.verify;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The part of a RAFS v6 bootstrap that {@code nydus-image check} does not print: how chunks are cut and hashed, and
 * mode, owner and device of an inode. RAFS v6 is laid out as an EROFS file system (Linux, fs/erofs/erofs_fs.h) with a
 * second superblock of its own after the first (nydus 2.2.0, rafs/src/metadata/layout/v6.rs).
 */
final class Bootstrap implements AutoCloseable {
    private static final int EROFS_MAGIC = 0xE0F5E1E2;
    private static final int SUPER = 1024;
    private static final int RAFS_SUPER = SUPER + 128;
    private static final long HASH_BLAKE3 = 4;
    private static final long HASH_SHA256 = 8;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena;
    private final MemorySegment bytes;
    private final long inodes;
    private final Chunking chunking;

    /**
     * What an inode says about itself.
     *
     * @param kind what it is
     * @param mode permission bits, set-id and sticky bits
     * @param uid its owner
     * @param gid its group
     * @param device its device number; 0 for all but devices
     */
    record Attributes(FileKind kind, int mode, long uid, long gid, int device) {}

    /** Opens a bootstrap file. */
    Bootstrap(Path file) throws IOException, UnprovableException {
        arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (bytes.byteSize() < 4096 || bytes.get(U32, SUPER) != EROFS_MAGIC) {
                throw new UnprovableException("the bootstrap is not of RAFS v6, which BuildKit makes");
            }
            inodes = Integer.toUnsignedLong(bytes.get(U32, SUPER + 40)) << bytes.get(ValueLayout.JAVA_BYTE, SUPER + 12);
            chunking = chunking(bytes.get(U64, RAFS_SUPER), bytes.get(U32, RAFS_SUPER + 20));
            opened = true;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /** {@return how the image's files are cut and hashed} */
    Chunking chunking() {
        return chunking;
    }

    /** {@return what the inode of this number, as nydus-image prints it, says} */
    Attributes attributes(long inode) throws UnprovableException {
        long at = inodes + inode * 32;
        boolean within = inode >= 0 && at >= inodes && at + 32 <= bytes.byteSize();
        boolean extended = within && (bytes.get(U16, at) & 1) == 1;
        if (!within || (extended && at + 64 > bytes.byteSize())) {
            throw new UnprovableException("inode " + inode + " lies outside the bootstrap");
        }
        int mode = Short.toUnsignedInt(bytes.get(U16, at + 4));
        FileKind kind = FileKind.ofMode(mode);
        long uid = extended ? Integer.toUnsignedLong(bytes.get(U32, at + 24)) : unsigned(at + 24);
        long gid = extended ? Integer.toUnsignedLong(bytes.get(U32, at + 28)) : unsigned(at + 26);
        boolean device = kind == FileKind.CHARACTER_DEVICE || kind == FileKind.BLOCK_DEVICE;
        return new Attributes(kind, mode & 07777, uid, gid, device ? bytes.get(U32, at + 16) : 0);
    }

    private long unsigned(long at) {
        return Short.toUnsignedLong(bytes.get(U16, at));
    }

    private static Chunking chunking(long flags, int chunkSize) throws UnprovableException {
        boolean blake3 = (flags & HASH_BLAKE3) != 0;
        if (blake3 == ((flags & HASH_SHA256) != 0)) {
            throw new UnprovableException("the bootstrap does not say which of BLAKE3 and SHA-256 names its chunks");
        }
        if (chunkSize < 1 << 12 || chunkSize > 1 << 24 || Integer.bitCount(chunkSize) != 1) {
            throw new UnprovableException("the bootstrap says a chunk size of " + chunkSize + " bytes");
        }
        return new Chunking(blake3 ? Chunking.Digester.BLAKE3 : Chunking.Digester.SHA256, chunkSize);
    }

    @Override
    public void close() {
        arena.close();
    }
}
