package dev.fastpull.worker.verify;

import dev.fastpull.messages.Digest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of {@code nydus-image check -v}: a line for every inode in the order of a walk, each followed by a
 * line for every chunk, and at the end the blobs. The lines are those of {@code core/node.rs} and {@code
 * metadata/chunk.rs} of nydus 2.2.0; 2.4 leaves out {@code i_parent}, so fields are found by their names. A line that
 * is not understood makes the whole output worthless: {@link UnprovableException}.
 */
final class CheckOutput {
    private static final String INODE = "inode: ";
    private static final String CHUNK = "\t chunk: ";
    private static final String VALID = "RAFS filesystem metadata is valid, referenced data blobs: ";
    private static final Pattern FIELD = Pattern.compile(" ([a-z_]+) (\\S+)");
    private static final Pattern CHUNK_LINE = Pattern.compile("\t chunk: id ([0-9a-f]{64}), index \\d+, "
            + "blob_index (\\d+), file_offset \\d+, compressed \\d+/\\d+, uncompressed \\d+/(\\d+)(?:, .*)?");
    private static final Pattern BLOB_LINE = Pattern.compile("\t \\d+: ([0-9a-f]{64}), compressed data size .*");

    private final int chunkSize;
    private final InodeVisitor visitor;
    private final List<Digest> blobs = new ArrayList<>();
    private @Nullable Inode current;
    private Chunking.Folding content = new Chunking.Folding();
    private int highestBlob = -1;
    private boolean chunksFit = true;
    private boolean valid;

    /**
     * One file of the Nydus image under one of its names.
     *
     * @param path its path, clean and raw
     * @param type the word that nydus-image has for it, empty for devices and fifos
     * @param number its inode number
     * @param links how many names it has
     * @param size its size in bytes
     * @param chunks how many chunks the inode says it has; of other types, what means nothing here
     * @param link where a symbolic link points to, raw; null for all else
     * @param content the fold of its chunks' hashes
     * @param chunksFit whether its chunks are as many and as long as its size needs
     */
    record Inode(String path, String type, long number, long links, long size, long chunks, @Nullable String link,
            ContentId content, boolean chunksFit) {}

    /** Takes every inode, in the order of the output. */
    interface InodeVisitor {
        /** Takes one. */
        void visit(Inode inode) throws UnprovableException;
    }

    /**
     * Reads an output.
     *
     * @param chunkSize the image's chunk size, in bytes
     * @param visitor takes the inodes
     */
    CheckOutput(int chunkSize, InodeVisitor visitor) {
        this.chunkSize = chunkSize;
        this.visitor = visitor;
    }

    /** Takes the next line, without its end. */
    void line(String line) throws UnprovableException {
        if (valid) {
            blob(line);
        } else if (line.startsWith(CHUNK)) {
            chunk(line);
        } else if (line.startsWith(INODE)) {
            endOfInode();
            current = inode(line);
        } else if (line.equals(VALID)) {
            endOfInode();
            valid = true;
        } else {
            throw unknown(line);
        }
    }

    /** {@return the blobs that the bootstrap names, in its order, once the output was complete} */
    List<Digest> finish() throws UnprovableException {
        if (!valid) {
            throw new UnprovableException("nydus-image check does not say that the bootstrap is valid");
        }
        if (highestBlob >= blobs.size()) {
            throw new UnprovableException("a chunk of the bootstrap lies in a blob that it does not name");
        }
        return blobs;
    }

    private static Inode inode(String line) throws UnprovableException {
        int quote = line.indexOf('"');
        if (quote < 0) {
            throw unknown(line);
        }
        RustText path = new RustText(line, quote);
        String type = line.substring(INODE.length(), quote).strip();
        String fields = line.substring(path.end());
        int link = fields.indexOf(" link ");
        if (!fields.startsWith(":") || link < 0 || !path.value().startsWith("/")) {
            throw unknown(line);
        }
        String target = null;
        if (fields.startsWith("Some(", link + 6)) {
            target = new RustText(fields, link + 11).value();
        } else if (!fields.startsWith("None", link + 6)) {
            throw unknown(line);
        }
        String numbers = fields.substring(0, link);
        return new Inode(path.value().substring(1), type, number(numbers, "ino", line),
                number(numbers, "i_nlink", line), number(numbers, "i_size", line),
                number(numbers, "child_count", line), target, ContentId.NONE, true);
    }

    private static long number(String fields, String name, String line) throws UnprovableException {
        Matcher matcher = FIELD.matcher(fields);
        for (int at = 1; matcher.find(at) && matcher.start() == at; at = matcher.end()) {
            if (matcher.group(1).equals(name)) {
                try {
                    return Long.parseLong(matcher.group(2));
                } catch (NumberFormatException _) {
                    break;
                }
            }
        }
        throw unknown(line);
    }

    private void chunk(String line) throws UnprovableException {
        Matcher matcher = CHUNK_LINE.matcher(line);
        Inode inode = current;
        if (!matcher.matches() || inode == null) {
            throw unknown(line);
        }
        long expected = Math.min(chunkSize, inode.size() - content.count() * chunkSize);
        chunksFit &= Long.parseLong(matcher.group(3)) == expected;
        highestBlob = Math.max(highestBlob, Integer.parseInt(matcher.group(2)));
        content.add(HexFormat.of().parseHex(matcher.group(1)));
    }

    private void endOfInode() throws UnprovableException {
        Inode inode = current;
        if (inode == null) {
            return;
        }
        boolean file = inode.type().equals("file") || inode.type().equals("hardlink");
        long expected = file ? (inode.size() + chunkSize - 1) / chunkSize : 0;
        visitor.visit(new Inode(inode.path(), inode.type(), inode.number(), inode.links(), inode.size(),
                inode.chunks(), inode.link(), content.finish(), chunksFit && content.count() == expected));
        current = null;
        content = new Chunking.Folding();
        chunksFit = true;
    }

    private void blob(String line) throws UnprovableException {
        Matcher matcher = BLOB_LINE.matcher(line);
        if (!matcher.matches()) {
            throw unknown(line);
        }
        blobs.add(new Digest(matcher.group(1)));
    }

    private static UnprovableException unknown(String line) {
        return new UnprovableException("nydus-image check prints a line that this version does not know: "
                + line.substring(0, Math.min(200, line.length())));
    }
}
