package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Finds and hashes the archive that a {@code file:} URL names. It is used where it lies, never copied. What is outside
 * of the operator's folders is refused whether it exists or not, so that nobody can feel their way through the disk.
 */
final class LocalArchive {
    private static final int BUFFER = 256 * 1024;

    private final List<Path> folders;
    private final ContextLimits limits;

    LocalArchive(List<Path> folders, ContextLimits limits) {
        this.folders = folders;
        this.limits = limits;
    }

    FetchedArchive open(ContextUrl url, FetchProgress progress) throws BuildException, InterruptedException {
        Path file = inside(url);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            // Before it is opened: opening a FIFO would wait for whoever writes to it.
            if (!attributes.isRegularFile()) {
                throw new BuildException(FailureReason.CONTEXT_REJECTED, url + " is "
                        + (attributes.isDirectory() ? "a folder" : "no regular file") + ", not an archive.");
            }
            if (attributes.size() > limits.archiveBytes()) {
                throw TooLarge.archive(limits);
            }
            return hash(file, attributes, progress);
        } catch (NoSuchFileException e) {
            throw notFound(url);
        } catch (IOException e) {
            Interrupts.check();
            throw new BuildException(FailureReason.CONTEXT_UNAVAILABLE, "The context " + url + " cannot be read.", e);
        }
    }

    private Path inside(ContextUrl url) throws BuildException {
        Path named;
        try {
            named = Path.of(URI.create("file://" + url.path())).normalize();
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw notFound(url);
        }
        boolean namedInside = false;
        for (Path folder : folders) {
            try {
                Path realFolder = folder.toRealPath();
                if (named.startsWith(folder.toAbsolutePath().normalize()) || named.startsWith(realFolder)) {
                    namedInside = true;
                }
                Path real = named.toRealPath();
                if (real.startsWith(realFolder)) {
                    return real;
                }
            } catch (IOException e) {
                // This folder, or the file, is not there: the others may be.
            }
        }
        if (namedInside && !Files.exists(named)) {
            throw notFound(url);
        }
        throw new BuildException(FailureReason.POLICY_DENIED, "The context " + url + " does not lie in a folder that"
                + " the worker's operator allows with --context-folder.");
    }

    private static BuildException notFound(ContextUrl url) {
        return new BuildException(FailureReason.CONTEXT_NOT_FOUND, "There is no file " + url + ".");
    }

    private static FetchedArchive hash(Path file, BasicFileAttributes attributes, FetchProgress progress)
            throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (channel.read(buffer) >= 0) {
                bytes += buffer.position();
                digest.update(buffer.flip());
                buffer.clear();
                progress.received(bytes, attributes.size());
            }
        }
        return new FetchedArchive(file, HexFormat.of().formatHex(digest.digest()), bytes, false,
                attributes.lastModifiedTime());
    }
}
