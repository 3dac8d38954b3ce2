package dev.fastpull.worker.verify;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares the files of the Nydus image, one after the other, with the tree of the OCI image: path, type, size, link
 * target, content, device number, mode and owner. Of all differences it keeps the first ones by path and counts the
 * rest. Times, extended attributes and which names are hard links of one file are not looked at.
 */
final class TreeComparison {
    private static final String NOTHING = "nothing";

    private final FileTree oci;
    private final int keep;
    private final TreeMap<String, Difference> first = new TreeMap<>();
    private long total;
    private long compared;

    /**
     * A comparison.
     *
     * @param oci the files of the OCI image; no longer usable afterwards
     * @param keep how many differences to keep
     */
    TreeComparison(FileTree oci, int keep) {
        this.oci = oci;
        this.keep = keep;
    }

    /** Takes one file of the Nydus image and what its inode says besides. */
    void nydus(CheckOutput.Inode inode, Bootstrap.Attributes attributes) {
        compared++;
        FileTree.Node node = oci.find(inode.path());
        FileKind kind = attributes.kind();
        if (node == null) {
            differ(inode.path(), "exists only in the Nydus image", NOTHING, kind);
            return;
        }
        if (!node.markCompared()) {
            differ(inode.path(), "is listed twice in the Nydus image", "once", "twice");
            return;
        }
        Change.Put file = node.file();
        if (file.kind() != kind || !kind.equals(printedKind(inode, kind))) {
            differ(inode.path(), "type", file.kind(), file.kind() == kind ? inode.type() : kind);
            return;
        }
        switch (kind) {
            case FILE -> compareContent(inode, file);
            case SYMLINK -> {
                if (!Objects.equals(file.link(), inode.link())) {
                    differ(inode.path(), "link target", show(file.link()), show(inode.link()));
                }
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE -> check(inode.path(), "device number",
                    device(file.device()), device(attributes.device()));
            case DIRECTORY, FIFO, SOCKET -> {
                // nothing beyond what all files have
            }
        }
        if (node.attributesKnown() && kind != FileKind.SYMLINK) {
            check(inode.path(), "mode", Integer.toOctalString(file.mode()), Integer.toOctalString(attributes.mode()));
        }
        if (node.attributesKnown()) {
            check(inode.path(), "owner", file.uid() + ":" + file.gid(), attributes.uid() + ":" + attributes.gid());
        }
    }

    private void compareContent(CheckOutput.Inode inode, Change.Put file) {
        if (file.size() != inode.size()) {
            differ(inode.path(), "size", file.size() + " bytes", inode.size() + " bytes");
        } else if (!inode.chunksFit()) {
            differ(inode.path(), "content", file.size() + " bytes", "chunks of another number or length");
        } else if (!file.content().equals(inode.content())) {
            differ(inode.path(), "content", hex(file.content()), hex(inode.content()));
        }
    }

    /** The type that the printed word means must be the type in the inode: both come from the same bytes. */
    private static @Nullable FileKind printedKind(CheckOutput.Inode inode, FileKind inInode) {
        return switch (inode.type()) {
            case "file", "hardlink" -> FileKind.FILE;
            case "dir" -> FileKind.DIRECTORY;
            case "symlink" -> FileKind.SYMLINK;
            case "" -> switch (inInode) {
                case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> inInode;
                case FILE, DIRECTORY, SYMLINK -> null;
            };
            default -> null;
        };
    }

    /** Adds what only the OCI image has; {@return the first differences, by path}. */
    List<Difference> finish() {
        missing(oci.root(), LayerPaths.ROOT);
        return new ArrayList<>(first.values());
    }

    /** {@return how many differences there are, kept or not} */
    long total() {
        return total;
    }

    /** {@return how many files of the Nydus image were looked at} */
    long compared() {
        return compared;
    }

    private void missing(FileTree.Node node, String path) {
        if (!node.isCompared()) {
            differ(path, "exists only in the OCI image", node.file().kind(), NOTHING);
        }
        node.children().forEach((name, child) -> missing(child, path.isEmpty() ? name : path + "/" + name));
    }

    private void check(String path, String what, String ociSays, String nydusSays) {
        if (!ociSays.equals(nydusSays)) {
            differ(path, what, ociSays, nydusSays);
        }
    }

    private void differ(String path, String what, Object ociSays, Object nydusSays) {
        total++;
        if (first.size() < keep || path.compareTo(first.lastKey()) < 0) {
            first.put(path + "\0" + what,
                    new Difference("/" + RawText.show(path), what, ociSays.toString(), nydusSays.toString()));
            if (first.size() > keep) {
                first.pollLastEntry();
            }
        }
    }

    private static String show(@Nullable String link) {
        return link == null ? "none" : "'" + RawText.show(link) + "'";
    }

    private static String device(int number) {
        int major = (number >>> 8) & 0xfff;
        return major + ":" + ((number & 0xff) | ((number >>> 12) & 0xfff00));
    }

    private static String hex(ContentId content) {
        byte[] bytes = content.bytes();
        return bytes.length == 0 ? "no content" : HexFormat.of().formatHex(bytes, 0, 8) + "…";
    }
}
