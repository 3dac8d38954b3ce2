package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The folders of a tree: each that is known here was made here. They are open to the worker alone until the end. */
final class TreeFolders {
    private static final FileAttribute<Set<PosixFilePermission>> OWN = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    /** What the names of all folders may take in memory, in characters; a Linux source tree has 0.2 million. */
    private static final long MOST_CHARACTERS = 32L << 20;
    private static final int IMPLICIT_MODE = 0755;

    private final Path root;
    private final Map<String, Attributes> known = new HashMap<>();
    private long characters;

    private record Attributes(int mode, long seconds) {}

    TreeFolders(Path root) {
        this.root = root;
    }

    boolean has(String name) {
        return name.isEmpty() || known.containsKey(name);
    }

    /** Makes a folder that the archive has as an entry, or takes over what the entry says of it. */
    void explicit(String name, ArchiveEntry entry) throws BuildException, IOException {
        implicit(name, entry.seconds());
        // The root's own mode stays as it is: it keeps others on the host out.
        if (!name.isEmpty()) {
            known.put(name, new Attributes(entry.mode(), entry.seconds()));
        }
    }

    /** Makes a folder where it is missing, and those above it; their time is that of the entry that needs them. */
    void implicit(String name, long seconds) throws BuildException, IOException {
        if (has(name)) {
            return;
        }
        int slash = name.lastIndexOf('/');
        int from = slash;
        while (from > 0 && !known.containsKey(name.substring(0, from))) {
            from = name.lastIndexOf('/', from - 1);
        }
        for (int to = name.indexOf('/', from + 1); to > 0; to = name.indexOf('/', to + 1)) {
            make(name.substring(0, to), seconds);
        }
        make(name, seconds);
    }

    private void make(String name, long seconds) throws BuildException, IOException {
        characters += name.length() + 50;
        if (characters > MOST_CHARACTERS) {
            throw TooLarge.because("The context has too many folders: their names take more than "
                    + MOST_CHARACTERS + " characters.");
        }
        try {
            Files.createDirectory(path(root, name), OWN);
        } catch (FileAlreadyExistsException e) {
            throw Rejected.entry(name, "is a file or link, and a folder elsewhere in the archive");
        }
        known.put(name, new Attributes(IMPLICIT_MODE, seconds));
    }

    /** Gives folders their times and modes, the deepest first: one that loses its x bit hides those in it. */
    void finish() throws BuildException, IOException {
        List<String> names = new ArrayList<>(known.keySet());
        names.sort(Comparator.comparingInt(String::length).reversed());
        for (String name : names) {
            Attributes attributes = known.getOrDefault(name, new Attributes(IMPLICIT_MODE, 0));
            Path path = path(root, name);
            Files.setLastModifiedTime(path, ContentTime.of(attributes.seconds()));
            SafeTree.mode(path, attributes.mode());
        }
    }

    static Path path(Path root, String name) throws BuildException {
        try {
            return root.resolve(name);
        } catch (InvalidPathException e) {
            throw new BuildException(FailureReason.INTERNAL, "The worker runs in a locale without UTF-8 and cannot"
                    + " make the file \"" + Quoted.of(name) + "\"; its operator has to set LC_ALL=C.UTF-8.", e);
        }
    }
}
