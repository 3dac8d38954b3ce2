package dev.fastpull.worker.verify;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * What one OCI layer does, entry by entry, as a file: a name of the format, the entries in the layer's order, whether
 * it holds any data, and a CRC-32 of all that. A reader goes through it twice, first to see that it is whole.
 */
final class LayerListing {
    /** Changes whenever the format, or the meaning of what is listed, does; part of the cached files' names. */
    static final int FORMAT = 1;
    private static final int MAGIC = 0x66704C00 | FORMAT;
    private static final int PUT = 1;
    private static final int LINK = 2;
    private static final int REMOVE = 3;
    private static final int OPAQUE = 4;
    private static final int END = 5;

    private final Path file;

    /** @param file a complete listing */
    LayerListing(Path file) {
        this.file = file;
    }

    /** Takes the entries of a listing in their order. */
    interface Visitor {
        /**
         * Takes one entry.
         *
         * @param path the path it is about, clean and raw
         * @param change what it does
         */
        void visit(String path, Change change) throws IOException, UnprovableException;
    }

    /** {@return whether the file is whole and unchanged since it was written} */
    boolean isSound() {
        try {
            read((_, _) -> {});
            return true;
        } catch (IOException | UnprovableException | RuntimeException _) {
            return false;
        }
    }

    /** Hands over all entries; {@return whether the layer holds any file with content}. */
    boolean read(Visitor visitor) throws IOException, UnprovableException {
        CheckedInputStream checked = new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32());
        try (DataInputStream in = new DataInputStream(checked)) {
            if (in.readInt() != MAGIC) {
                throw new IOException("not a listing of this format: " + file);
            }
            while (true) {
                int kind = in.readByte();
                if (kind == END) {
                    boolean holdsData = in.readBoolean();
                    long sum = checked.getChecksum().getValue();
                    if (in.readLong() != sum) {
                        throw new IOException("damaged listing: " + file);
                    }
                    return holdsData;
                }
                String path = readRaw(in);
                visitor.visit(path, switch (kind) {
                    case PUT ->
                        new Change.Put(FileKind.ofMode(in.readByte() << 12), in.readInt(), in.readLong(), in.readLong(),
                                in.readLong(), in.readBoolean() ? readRaw(in) : null, in.readInt(),
                                ContentId.of(in.readNBytes(in.readByte())));
                    case LINK -> new Change.Link(readRaw(in));
                    case REMOVE -> new Change.Remove();
                    case OPAQUE -> new Change.Opaque();
                    default -> throw new IOException("damaged listing: " + file);
                });
            }
        }
    }

    private static String readRaw(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the listing ends within a name");
        }
        return RawText.of(bytes, 0, length);
    }

    /** Writes a listing. */
    static final class Writer implements Visitor, AutoCloseable {
        private final CheckedOutputStream checked;
        private final DataOutputStream out;
        private boolean holdsData;

        Writer(Path file) throws IOException {
            checked = new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16),
                    new CRC32());
            out = new DataOutputStream(checked);
            out.writeInt(MAGIC);
        }

        @Override
        public void visit(String path, Change change) throws IOException {
            switch (change) {
                case Change.Put put -> {
                    out.writeByte(PUT);
                    writeRaw(path);
                    out.writeByte(put.kind().code());
                    out.writeInt(put.mode());
                    out.writeLong(put.uid());
                    out.writeLong(put.gid());
                    out.writeLong(put.size());
                    String link = put.link();
                    out.writeBoolean(link != null);
                    if (link != null) {
                        writeRaw(link);
                    }
                    out.writeInt(put.device());
                    out.writeByte(put.content().bytes().length);
                    out.write(put.content().bytes());
                    holdsData |= put.size() > 0;
                }
                case Change.Link link -> {
                    out.writeByte(LINK);
                    writeRaw(path);
                    writeRaw(link.target());
                }
                case Change.Remove _ -> {
                    out.writeByte(REMOVE);
                    writeRaw(path);
                }
                case Change.Opaque _ -> {
                    out.writeByte(OPAQUE);
                    writeRaw(path);
                }
            }
        }

        /** Ends the listing; without it, the file never is a sound one. */
        void finish() throws IOException {
            out.writeByte(END);
            out.writeBoolean(holdsData);
            out.writeLong(checked.getChecksum().getValue());
        }

        private void writeRaw(String raw) throws IOException {
            out.writeShort(raw.length());
            out.writeBytes(raw);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
