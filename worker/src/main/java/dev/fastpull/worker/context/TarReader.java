package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar: ustar, pax, GNU's long names, and the old form. It is not the library's reader, which holds names and
 * pax headers of any size in memory and takes a tar that is cut off between two entries for a whole one. Sparse files
 * are refused, so that no entry is larger than its bytes in the archive.
 */
final class TarReader implements EntryReader {
    private static final int BUFFER = 128 * 1024;
    /** What Go's and the kernel's readers allow; extended attributes may take 64 KiB each. */
    private static final int LARGEST_EXTENSION = 1 << 20;

    private final InputStream in;
    private final UnpackMeter meter;
    private final ContextLimits limits;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long left;
    private int padding;
    private boolean first = true;

    TarReader(InputStream in, UnpackMeter meter, ContextLimits limits) {
        this.in = in;
        this.meter = meter;
        this.limits = limits;
    }

    @Override
    public @Nullable ArchiveEntry next() throws IOException, BuildException {
        skip(left + padding);
        left = 0;
        padding = 0;
        PaxRecords pax = new PaxRecords();
        byte @Nullable [] longName = null;
        byte @Nullable [] longLink = null;
        while (true) {
            TarHeader header = header();
            if (header == null) {
                if (!pax.isEmpty() || longName != null || longLink != null) {
                    throw new EOFException("a tar header belongs to no entry");
                }
                drain();
                return null;
            }
            switch (header.type()) {
                case 'x' -> pax.add(extension(header));
                case 'g' -> global(header);
                case 'L' -> longName = withoutNul(extension(header));
                case 'K' -> longLink = withoutNul(extension(header));
                default -> {
                    return entry(header, pax, longName == null ? header.name() : longName,
                            longLink == null ? header.link() : longLink);
                }
            }
        }
    }

    private ArchiveEntry entry(TarHeader header, PaxRecords pax, byte[] headerName, byte[] headerLink)
            throws IOException, BuildException {
        String paxName = pax.text("path");
        String paxLink = pax.text("linkpath");
        String name = paxName == null ? text(headerName) : paxName;
        char type = header.type();
        if (type == 'S' || pax.sparse()) {
            throw Rejected.entry(name, "is a sparse file; make the archive without --sparse");
        }
        ArchiveEntry.Type kind = switch (type) {
            // The old tar had no type for folders, but a slash at the name's end.
            case '0', '\0', '7' -> name.endsWith("/") ? ArchiveEntry.Type.FOLDER : ArchiveEntry.Type.FILE;
            case '1' -> ArchiveEntry.Type.HARD_LINK;
            case '2' -> ArchiveEntry.Type.SYMLINK;
            case '5' -> ArchiveEntry.Type.FOLDER;
            case '3', '4' -> throw Rejected.entry(name, "is a device");
            case '6' -> throw Rejected.entry(name, "is a FIFO");
            default -> throw Rejected.entry(name, "is of the unknown type \"" + type + "\"");
        };
        // Of the others some programs write a size, but no content follows it.
        if (kind == ArchiveEntry.Type.FILE) {
            left = pax.size(header.size());
            padding = (int) (-left & (TarHeader.BLOCK - 1));
            meter.expect(left);
        }
        boolean link = kind == ArchiveEntry.Type.HARD_LINK || kind == ArchiveEntry.Type.SYMLINK;
        String target = !link ? "" : paxLink == null ? text(headerLink) : paxLink;
        return new ArchiveEntry(name, kind, header.mode(), pax.seconds(header.seconds()), target);
    }

    /** {@return the next header; null at the archive's end} */
    private @Nullable TarHeader header() throws IOException, BuildException {
        TarHeader header = new TarHeader(block());
        if (header.isZero()) {
            // Two empty blocks end a tar, but some programs write just one. Readers disagree about what to make of one
            // with something behind it.
            if (fill() && !new TarHeader(block()).isZero()) {
                throw new IOException("an empty block stands in its middle");
            }
            return null;
        }
        if (!header.checksumIsRight()) {
            throw new IOException(first ? "what it holds is no tar" : "a tar header has a wrong checksum");
        }
        first = false;
        return header;
    }

    private byte[] extension(TarHeader header) throws IOException, BuildException {
        long size = header.size();
        if (size > LARGEST_EXTENSION) {
            throw TooLarge.name(limits);
        }
        byte[] data = new byte[(int) size];
        int done = 0;
        while (done < data.length) {
            done += take(data, done, data.length - done);
        }
        skip(-size & (TarHeader.BLOCK - 1));
        return data;
    }

    /** What holds for all entries is a comment as git writes it, but must not be their name or size. */
    private void global(TarHeader header) throws IOException, BuildException {
        PaxRecords pax = new PaxRecords();
        pax.add(extension(header));
        if (pax.sparse() || pax.text("path") != null || pax.text("linkpath") != null || pax.size(-1) >= 0) {
            throw new IOException("a global pax header gives all entries the same name or size");
        }
    }

    private static byte[] withoutNul(byte[] name) {
        int end = 0;
        while (end < name.length && name[end] != 0) {
            end++;
        }
        return Arrays.copyOf(name, end);
    }

    private String text(byte[] name) throws IOException, BuildException {
        if (name.length > limits.nameBytes()) {
            throw TooLarge.name(limits);
        }
        return TarHeader.utf8(name);
    }

    @Override
    public int read(byte[] target) throws IOException, BuildException {
        if (left == 0) {
            return -1;
        }
        int taken = take(target, 0, (int) Math.min(target.length, left));
        left -= taken;
        return taken;
    }

    private byte[] block() throws IOException, BuildException {
        byte[] block = new byte[TarHeader.BLOCK];
        int done = 0;
        while (done < block.length) {
            done += take(block, done, block.length - done);
        }
        return block;
    }

    private int take(byte[] target, int offset, int length) throws IOException, BuildException {
        if (!fill()) {
            throw new EOFException("its tar is cut off");
        }
        int taken = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, taken);
        position += taken;
        return taken;
    }

    private void skip(long number) throws IOException, BuildException {
        for (long rest = number; rest > 0;) {
            if (!fill()) {
                throw new EOFException("its tar is cut off");
            }
            int skipped = (int) Math.min(rest, limit - position);
            position += skipped;
            rest -= skipped;
        }
    }

    /** Reads on to the end of the file, so that the decompressor checks its checksums. What is there is not used. */
    private void drain() throws IOException, BuildException {
        while (fill()) {
            position = limit;
        }
    }

    /** {@return whether there is anything in the buffer} */
    private boolean fill() throws IOException, BuildException {
        if (position < limit) {
            return true;
        }
        position = 0;
        limit = 0;
        int read = in.read(buffer, 0, buffer.length);
        if (read <= 0) {
            return false;
        }
        limit = read;
        meter.bytes(read);
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
