package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;

/**
 * Writes an archive's entries below one folder and nowhere else. Nobody but this writes there, so it holds by
 * construction: a folder is one that was made here, in one that was made here, by mkdir, which follows no link; and
 * every other entry is made new in such a folder, by calls that fail where the name is taken already.
 *
 * <p>
 * Modes are kept with all twelve bits: the root is for the worker's user alone, so that nobody else on the host gets at
 * a set-user-id file in it.
 */
final class SafeTree {
    private static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    private static final int BUFFER = 128 * 1024;

    private final Path root;
    private final TreeFolders folders;
    private final TreeLinks links;
    private final MessageDigest digest = Sha256.digest();
    private final byte[] buffer = new byte[BUFFER];
    private long bytes;

    private SafeTree(Path root) {
        this.root = root;
        this.folders = new TreeFolders(root);
        this.links = new TreeLinks(root);
    }

    /** Begins a tree in a folder that does not exist yet. */
    static SafeTree in(Path root) throws BuildException, InterruptedException {
        try {
            Files.createDirectory(root,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw WorkerDisk.failure(e);
        }
        return new SafeTree(root);
    }

    /** {@return the bytes of all files written} */
    long bytes() {
        return bytes;
    }

    void folder(String name, ArchiveEntry entry) throws BuildException, InterruptedException {
        try {
            folders.explicit(name, entry);
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    void file(String name, ArchiveEntry entry, EntryReader content)
            throws BuildException, InterruptedException, IOException {
        Path path = placed(name, entry);
        try (FileChannel channel = create(name, path)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                Interrupts.check();
                digest.update(buffer, 0, read);
                write(name, channel, read);
                bytes += read;
            }
        }
        try {
            Files.setLastModifiedTime(path, ContentTime.of(entry.seconds(), digest.digest()));
            mode(path, entry.mode());
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    private FileChannel create(String name, Path path) throws BuildException, InterruptedException {
        try {
            try {
                return FileChannel.open(path, NEW);
            } catch (FileAlreadyExistsException e) {
                return FileChannel.open(replaced(name, true), NEW);
            }
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    private Path placed(String name, ArchiveEntry entry) throws BuildException, InterruptedException {
        try {
            return place(name, entry);
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    private void write(String name, FileChannel channel, int length) throws BuildException, InterruptedException {
        try {
            ByteBuffer data = ByteBuffer.wrap(buffer, 0, length);
            while (data.hasRemaining()) {
                channel.write(data);
            }
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    void symlink(String name, ArchiveEntry entry) throws BuildException, InterruptedException {
        links.check(name, entry.link());
        try {
            Path path = place(name, entry);
            try {
                links.make(path, entry);
            } catch (FileAlreadyExistsException e) {
                links.make(replaced(name, false), entry);
            }
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    /**
     * Makes one more name for a file that the archive had before.
     *
     * @param target the file's name, checked like any entry's
     */
    void hardLink(String name, ArchiveEntry entry, String target) throws BuildException, InterruptedException {
        if (name.equals(target)) {
            throw Rejected.entry(name, "is a hard link to itself");
        }
        try {
            if (!folders.has(parent(target)) || !attributes(path(target)).isRegularFile()) {
                throw Rejected.entry(name, "is a hard link to \"" + Quoted.of(target) + "\", which is no file of it");
            }
            Path path = place(name, entry);
            try {
                Files.createLink(path, path(target));
            } catch (FileAlreadyExistsException e) {
                Files.createLink(replaced(name, true), path(target));
            }
        } catch (NoSuchFileException e) {
            throw Rejected.entry(name, "is a hard link to \"" + Quoted.of(target) + "\", which it does not have");
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    /** Gives folders their modes and times, which everything written before would have changed. */
    void finish() throws BuildException, InterruptedException {
        links.checkAll();
        try {
            folders.finish();
        } catch (IOException e) {
            throw WorkerDisk.failure(e);
        }
    }

    private Path place(String name, ArchiveEntry entry) throws BuildException, IOException {
        if (name.isEmpty()) {
            throw Rejected.entry(entry.name(), "would replace the context's folder itself");
        }
        folders.implicit(parent(name), entry.seconds());
        return path(name);
    }

    /** Where an archive has a name twice, the last entry counts, as with tar; but a thing does not become another. */
    private Path replaced(String name, boolean file) throws BuildException, InterruptedException {
        Path path = path(name);
        try {
            BasicFileAttributes there = attributes(path);
            if (file ? !there.isRegularFile() : !there.isSymbolicLink()) {
                throw Rejected.entry(name, "is there twice, as different things");
            }
            Files.delete(path);
            return path;
        } catch (IOException e) {
            throw failure(name, e);
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private Path path(String name) throws BuildException {
        return TreeFolders.path(root, name);
    }

    private static String parent(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    /** Sets all twelve bits, which Java's own type of permissions does not have. */
    static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static BuildException failure(String name, IOException e) throws InterruptedException {
        String text = String.valueOf(e.getMessage());
        if (text.contains("File name too long") || text.contains("Invalid argument")) {
            return Rejected.entry(name, "has a name that the worker's file system does not take");
        }
        return WorkerDisk.failure(e);
    }
}
