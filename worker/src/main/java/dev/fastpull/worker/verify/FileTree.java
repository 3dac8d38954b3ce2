package dev.fastpull.worker.verify;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of an image, made of its layers from the lowest up, as the runtimes make it with overlayfs: each layer is
 * a tree of its own first, and then lies over what is below. So a directory shows what a directory of the same path
 * below has, and anything else hides it for good, also from a directory in a layer above.
 */
final class FileTree {
    private final Node root = new Node(Change.Put.IMPLIED);

    /** A file under one of its names. */
    static final class Node {
        private Change.Put file;
        private boolean attributesKnown;
        private final Map<String, Node> children = new HashMap<>();
        private boolean compared;

        private Node(Change.Put file) {
            this.file = file;
        }

        /** {@return what it is} */
        Change.Put file() {
            return file;
        }

        /** {@return whether a layer says its mode and owner, which none does for a directory that only its files name} */
        boolean attributesKnown() {
            return attributesKnown;
        }

        /** {@return what is in the directory, by name} */
        Map<String, Node> children() {
            return children;
        }

        /** Marks the file as compared; {@return whether it had not been before}. */
        boolean markCompared() {
            boolean first = !compared;
            compared = true;
            return first;
        }

        /** {@return whether {@link #markCompared} was called} */
        boolean isCompared() {
            return compared;
        }
    }

    /** A path in a layer, before the layer lies on those below. */
    private static final class Draft {
        private Change.@Nullable Put put;
        private boolean implied;
        private boolean removesBelow;
        private boolean opaque;
        private final Map<String, Draft> children = new HashMap<>();
    }

    /** {@return the root directory} */
    Node root() {
        return root;
    }

    /** {@return the file at a clean, raw path, or null} */
    @Nullable
    Node find(String path) {
        Node node = root;
        if (path.isEmpty()) {
            return node;
        }
        for (String name : path.split("/", -1)) {
            node = node.children.get(name);
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    /** {@return a layer to be filled and then {@linkplain Layer#apply applied}} */
    Layer layer() {
        return new Layer();
    }

    /** One layer, filled entry by entry. */
    final class Layer implements LayerListing.Visitor {
        private final Draft top = new Draft();

        private Layer() {
            top.implied = true;
        }

        @Override
        public void visit(String path, Change change) throws UnprovableException {
            switch (change) {
                case Change.Put put -> place(path, put);
                case Change.Link link -> place(path, linked(path, link.target()));
                case Change.Remove _ -> draft(path).removesBelow = true;
                case Change.Opaque _ -> {
                    Draft draft = draft(path);
                    imply(draft, path);
                    draft.opaque = true;
                }
            }
        }

        /** Lays the layer over all that were applied before. */
        void apply() {
            if (top.opaque) {
                root.children.clear();
            }
            Change.Put put = top.put;
            if (put != null && put.kind() == FileKind.DIRECTORY) {
                root.file = put;
            }
            merge(root, top);
        }

        private void place(String path, Change.Put put) throws UnprovableException {
            if (path.isEmpty() && put.kind() != FileKind.DIRECTORY) {
                throw new UnprovableException("it replaces the root directory");
            }
            Draft draft = draft(path);
            if (put.kind() != FileKind.DIRECTORY) {
                draft.children.clear();
                draft.implied = false;
                draft.opaque = false;
            }
            draft.put = put;
        }

        private Change.Put linked(String path, String target) throws UnprovableException {
            Draft here = top;
            if (!target.isEmpty()) {
                for (String name : target.split("/", -1)) {
                    here = here == null ? null : here.children.get(name);
                }
            }
            Change.Put put = here == null ? null : here.put;
            if (put == null) {
                Node below = find(target);
                put = below == null ? null : below.file;
            }
            if (put == null || put.kind() == FileKind.DIRECTORY) {
                throw new UnprovableException("its hard link " + RawText.show(path) + " points to "
                        + RawText.show(target) + ", which is no file at that point");
            }
            return put;
        }

        /** {@return the draft at a path; the folders on the way exist with it} */
        private Draft draft(String path) throws UnprovableException {
            Draft draft = top;
            if (path.isEmpty()) {
                return draft;
            }
            int at = 0;
            while (at <= path.length()) {
                int slash = path.indexOf('/', at);
                int end = slash < 0 ? path.length() : slash;
                draft = draft.children.computeIfAbsent(path.substring(at, end), _ -> new Draft());
                if (slash >= 0) {
                    imply(draft, path);
                }
                at = end + 1;
            }
            return draft;
        }

        private static void imply(Draft folder, String path) throws UnprovableException {
            Change.Put put = folder.put;
            if (put == null) {
                folder.implied = true;
            } else if (put.kind() != FileKind.DIRECTORY) {
                // A symbolic link here would lead a runtime elsewhere, anything else would make it fail.
                throw new UnprovableException("its entry " + RawText.show(path) + " lies below a " + put.kind()
                        + " of the same layer");
            }
        }

        private static void merge(Node below, Draft above) {
            above.children.forEach((name, draft) -> {
                if (draft.removesBelow) {
                    below.children.remove(name);
                }
                Change.Put put = draft.put;
                if (put == null && !draft.implied) {
                    return;
                }
                Node old = below.children.get(name);
                if (put != null && put.kind() != FileKind.DIRECTORY) {
                    Node file = new Node(put);
                    file.attributesKnown = true;
                    below.children.put(name, file);
                    return;
                }
                Node folder = old;
                if (folder == null || folder.file.kind() != FileKind.DIRECTORY) {
                    folder = new Node(Change.Put.IMPLIED);
                    below.children.put(name, folder);
                }
                if (draft.opaque) {
                    folder.children.clear();
                }
                if (put != null) {
                    folder.file = put;
                    folder.attributesKnown = true;
                }
                merge(folder, draft);
            });
        }
    }
}
