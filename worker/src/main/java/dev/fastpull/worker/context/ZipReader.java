package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads a zip by its central directory, one entry after the other, with eight bytes of memory for each; the library's
 * reader keeps all of them. Entries that overlap are refused, and so is one of which the directory and its own header
 * say different things, as readers then disagree about what is in there.
 */
final class ZipReader implements EntryReader {
    private static final int BUFFER = 64 * 1024;
    private static final long LOCAL = 0x04034b50;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int ENCRYPTED = 1;
    private static final int DESCRIPTOR = 8;
    private static final int UNIX = 3;
    private static final int DARWIN = 19;

    private final FileChannel channel;
    private final ZipWindow directoryWindow;
    private final ZipWindow window;
    private final ZipDirectory directory;
    private final long[] headers;
    private final ContextLimits limits;
    private final UnpackMeter meter;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] input = new byte[BUFFER];
    private long nextEntry;
    private ZipDirectory.@Nullable Entry current;
    private long data;
    private long dataEnd;
    private long produced;

    private ZipReader(FileChannel channel, ContextLimits limits, UnpackMeter meter) throws IOException, BuildException {
        this.channel = channel;
        this.limits = limits;
        this.meter = meter;
        directoryWindow = new ZipWindow(channel);
        window = new ZipWindow(channel);
        directory = ZipDirectory.find(directoryWindow, channel.size());
        if (directory.entries() > Math.min(limits.entries(), Integer.MAX_VALUE - 8)) {
            throw TooLarge.entries(limits);
        }
        headers = directory.headers(directoryWindow);
        nextEntry = directory.offset();
    }

    static ZipReader open(Path file, ContextLimits limits, UnpackMeter meter) throws IOException, BuildException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new ZipReader(channel, limits, meter);
        } catch (IOException | BuildException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public @Nullable ArchiveEntry next() throws IOException, BuildException {
        if (nextEntry == directory.end()) {
            return null;
        }
        ZipDirectory.Entry entry = directory.entry(directoryWindow, nextEntry);
        nextEntry = entry.next();
        if (entry.name().length() > limits.nameBytes()) {
            throw TooLarge.name(limits);
        }
        String name = TarHeader.utf8(entry.name().getBytes(StandardCharsets.ISO_8859_1));
        begin(entry, name);
        if (name.indexOf('\\') >= 0) {
            throw Rejected.entry(name, "has a backslash, where a zip has slashes");
        }
        boolean unix = entry.host() == UNIX || entry.host() == DARWIN;
        int mode = unix ? (int) (entry.attributes() >>> 16) : 0;
        boolean folder = name.endsWith("/") || (!unix && (entry.attributes() & 0x10) != 0);
        ArchiveEntry.Type type = switch (mode & 0170000) {
            case 0 -> folder ? ArchiveEntry.Type.FOLDER : ArchiveEntry.Type.FILE;
            case 0100000 -> ArchiveEntry.Type.FILE;
            case 0040000 -> ArchiveEntry.Type.FOLDER;
            case 0120000 -> ArchiveEntry.Type.SYMLINK;
            default -> throw Rejected.entry(name, "is a device, FIFO or socket");
        };
        if ((folder && type != ArchiveEntry.Type.FOLDER) || (type == ArchiveEntry.Type.FOLDER && entry.size() > 0)) {
            throw Rejected.entry(name, "is a folder and something else at once");
        }
        int permissions = (mode & 07777) != 0 ? mode & 07777 : type == ArchiveEntry.Type.FOLDER ? 0755 : 0644;
        String link = type == ArchiveEntry.Type.SYMLINK ? target(entry, name) : "";
        return new ArchiveEntry(name, type, permissions, seconds(entry), link);
    }

    private void begin(ZipDirectory.Entry entry, String name) throws IOException, BuildException {
        long header = entry.header();
        if (header > directory.offset() || window.u32(header) != LOCAL) {
            throw Rejected.entry(name, "is not where the zip's directory says");
        }
        if ((entry.flags() & ENCRYPTED) != 0) {
            throw Rejected.entry(name, "is encrypted");
        }
        if (entry.method() != STORED && entry.method() != DEFLATED) {
            throw Rejected.entry(name, "is compressed by method " + entry.method() + "; use deflate");
        }
        int flags = window.u16(header + 6);
        int nameSize = window.u16(header + 26);
        boolean same = window.u16(header + 8) == entry.method() && (flags & ENCRYPTED) == 0
                && nameSize == entry.name().length()
                && new String(window.bytes(header + 30, nameSize), StandardCharsets.ISO_8859_1).equals(entry.name());
        if ((flags & DESCRIPTOR) == 0) {
            same &= window.u32(header + 14) == entry.crc() && sameSize(window.u32(header + 18), entry.packed())
                    && sameSize(window.u32(header + 22), entry.size());
        }
        if (!same || (entry.method() == STORED && entry.packed() != entry.size())) {
            throw Rejected.entry(name, "is described in two ways that differ");
        }
        data = header + 30 + nameSize + window.u16(header + 28);
        dataEnd = data + entry.packed();
        int index = Arrays.binarySearch(headers, header);
        long bound = index + 1 < headers.length ? headers[index + 1] : directory.offset();
        boolean twice = index > 0 && headers[index - 1] == header;
        if (twice || entry.packed() > directory.offset() || dataEnd > bound) {
            throw Rejected.entry(name, "overlaps with another");
        }
        meter.expect(entry.size());
        inflater.reset();
        crc.reset();
        produced = 0;
        current = entry;
    }

    private static boolean sameSize(long local, long central) {
        return local == central || local == 0xffff_ffffL;
    }

    private String target(ZipDirectory.Entry entry, String name) throws IOException, BuildException {
        if (entry.size() > limits.nameBytes()) {
            throw Rejected.entry(name, "is a link with too long a target");
        }
        byte[] target = new byte[(int) entry.size()];
        int done = 0;
        byte[] chunk = new byte[Math.max(target.length, 1)];
        for (int read = read(chunk); read >= 0; read = read(chunk)) {
            System.arraycopy(chunk, 0, target, done, read);
            done += read;
        }
        return TarHeader.utf8(target);
    }

    /** MS-DOS' time has no zone; taking it for UTC makes it the same on every worker. */
    private static long seconds(ZipDirectory.Entry entry) {
        if (entry.unixSeconds() != null) {
            return entry.unixSeconds();
        }
        int time = (int) entry.time();
        try {
            return LocalDateTime.of((time >>> 25) + 1980, (time >>> 21) & 15, (time >>> 16) & 31, (time >>> 11) & 31,
                    (time >>> 5) & 63, (time & 31) * 2 % 60).toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return 315_532_800; // 1980-01-01, where MS-DOS' time begins; some tools write zeros
        }
    }

    @Override
    public int read(byte[] target) throws IOException, BuildException {
        ZipDirectory.Entry entry = current;
        if (entry == null) {
            return -1;
        }
        int read = entry.method() == STORED ? stored(target) : inflated(target);
        if (read < 0) {
            if (produced != entry.size() || crc.getValue() != entry.crc() || data != dataEnd) {
                throw new IOException("an entry's size or checksum is wrong");
            }
            current = null;
            return -1;
        }
        meter.bytes(read);
        produced += read;
        if (produced > entry.size()) {
            throw new IOException("an entry is larger than it says");
        }
        crc.update(target, 0, read);
        return read;
    }

    private int stored(byte[] target) throws IOException {
        if (data == dataEnd) {
            return -1;
        }
        int read = window.read(data, target, (int) Math.min(target.length, dataEnd - data));
        data += read;
        return read;
    }

    private int inflated(byte[] target) throws IOException {
        try {
            while (!inflater.finished()) {
                int count = inflater.inflate(target);
                if (count > 0) {
                    return count;
                }
                if (inflater.needsInput() && !inflater.finished()) {
                    if (data == dataEnd) {
                        throw new IOException("an entry's data is cut off");
                    }
                    int read = window.read(data, input, (int) Math.min(input.length, dataEnd - data));
                    inflater.setInput(input, 0, read);
                    data += read;
                } else if (inflater.needsDictionary()) {
                    throw new IOException("an entry's data needs a dictionary");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException("an entry's data is damaged", e);
        }
        if (inflater.getRemaining() > 0) {
            throw new IOException("an entry's data ends early");
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        channel.close();
    }
}
