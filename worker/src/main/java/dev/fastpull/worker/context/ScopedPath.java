package dev.fastpull.worker.context;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Follows symbolic links below a folder as if the folder were the whole file system, which is what BuildKit makes of a
 * context: an absolute link begins at the folder.
 */
final class ScopedPath {
    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private ScopedPath() {}

    /** A name or a link that climbs above the folder. */
    static final class LeadsOutException extends IOException {
        LeadsOutException(String name) {
            super("\"" + Quoted.of(name) + "\" leads out of the folder");
        }
    }

    /**
     * Resolves a name. What does not exist is taken to be a plain file or folder.
     *
     * @param root the folder, which has no say in how links above it are followed
     * @param name a relative name
     * @return where it leads, below {@code root} and without symbolic links between the two
     * @throws LeadsOutException if it climbs above {@code root}
     * @throws FileSystemLoopException if it follows more than 40 links
     */
    static Path resolve(Path root, String name) throws IOException {
        Deque<String> open = new ArrayDeque<>(List.of(name.split("/", -1)));
        Path current = root;
        int links = 0;
        while (!open.isEmpty()) {
            String segment = open.pop();
            if (segment.isEmpty() || segment.equals(".")) {
                continue;
            }
            if (segment.equals("..")) {
                if (current.equals(root)) {
                    throw new LeadsOutException(name);
                }
                Path parent = current.getParent();
                current = parent == null ? root : parent;
                continue;
            }
            Path next = current.resolve(segment);
            if (!Files.isSymbolicLink(next)) {
                current = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new FileSystemLoopException(Quoted.of(name));
            }
            String target = Files.readSymbolicLink(next).toString();
            if (target.startsWith("/")) {
                current = root;
            }
            List<String> segments = Arrays.asList(target.split("/", -1));
            segments.reversed().forEach(open::push);
        }
        return current;
    }
}
