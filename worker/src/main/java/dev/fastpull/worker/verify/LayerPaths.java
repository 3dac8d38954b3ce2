package dev.fastpull.worker.verify;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths within an image, raw and clean: no leading, trailing or double slash, no dots; the root is empty. */
final class LayerPaths {
    static final String ROOT = "";
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** What AUFS keeps for itself; runtimes skip it (containerd, pkg/archive). */
    private static final String WHITEOUT_META = ".wh..wh.";

    private LayerPaths() {}

    /** {@return the path as a runtime takes it: below the root, whatever it says} */
    static String clean(String name) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : name.split("/", -1)) {
            switch (part) {
                case "", "." -> {
                    // names the folder itself
                }
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    /** {@return the path of the folder that holds {@code path}} */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? ROOT : path.substring(0, slash);
    }

    /** {@return the last part of {@code path}} */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String sibling(String path, String name) {
        String parent = parent(path);
        return parent.isEmpty() ? name : parent + "/" + name;
    }

    /** Says what a layer's entry of this path is, if it is none of the image's own files. */
    static Marker marker(String path) {
        String name = name(path);
        if (name.equals(OPAQUE)) {
            return new Marker(Marker.Kind.OPAQUE, parent(path));
        }
        if (name.startsWith(WHITEOUT_META)) {
            return new Marker(Marker.Kind.IGNORED, path);
        }
        if (name.startsWith(WHITEOUT) && name.length() > WHITEOUT.length()) {
            return new Marker(Marker.Kind.REMOVED, sibling(path, name.substring(WHITEOUT.length())));
        }
        return new Marker(Marker.Kind.NONE, path);
    }

    /**
     * What a name means (image-spec, layer.md, "Whiteouts").
     *
     * @param kind what it is
     * @param path what it is about
     */
    record Marker(Kind kind, String path) {
        /** The meanings of a name. */
        enum Kind {
            /** An ordinary file. */
            NONE,
            /** The path is removed from the layers below. */
            REMOVED,
            /** The folder at the path hides what the layers below have in it. */
            OPAQUE,
            /** Nothing of the image's. */
            IGNORED
        }
    }
}
