package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.MemoryLimitException;

/** Unpacks one archive into one new folder. */
final class Unpacker {
    private final ContextLimits limits;

    Unpacker(ContextLimits limits) {
        this.limits = limits;
    }

    UnpackedContext unpack(FetchedArchive archive, Path folder, @Nullable String path)
            throws BuildException, InterruptedException {
        Interrupts.check();
        UnpackMeter meter = new UnpackMeter(limits, archive.bytes());
        SafeTree tree = SafeTree.in(folder);
        try (EntryReader reader = ArchiveFormat.open(archive.file(), limits, meter)) {
            for (ArchiveEntry entry = reader.next(); entry != null; entry = reader.next()) {
                Interrupts.check();
                meter.entry();
                write(entry, tree, reader);
            }
            checkUnchanged(archive);
        } catch (MemoryLimitException e) {
            throw TooLarge.decoder(limits);
        } catch (IOException e) {
            throw damaged(e);
        }
        tree.finish();
        return new UnpackedContext(folder, buildFolder(folder, path), meter.entries(), tree.bytes());
    }

    private void write(ArchiveEntry entry, SafeTree tree, EntryReader reader)
            throws BuildException, InterruptedException, IOException {
        String name = EntryName.checked(entry.name(), limits);
        switch (entry.type()) {
            case FILE -> tree.file(name, entry, reader);
            case FOLDER -> tree.folder(name, entry);
            case SYMLINK -> tree.symlink(name, entry);
            case HARD_LINK -> tree.hardLink(name, entry, EntryName.checked(entry.link(), limits));
        }
    }

    private BuildException damaged(IOException e) throws InterruptedException {
        if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
            throw Interrupts.cleared();
        }
        String text = e.getMessage();
        if (text != null && text.contains("requires too much memory")) {
            return TooLarge.decoder(limits);
        }
        return new BuildException(FailureReason.CONTEXT_REJECTED, "The context's archive is damaged: "
                + (text == null ? "its data is cut off or wrong" : Quoted.of(text)) + ".", e);
    }

    /** An archive that lies in an operator's folder was hashed there and is read there again. */
    private static void checkUnchanged(FetchedArchive archive) throws IOException, BuildException {
        BasicFileAttributes now = Files.readAttributes(archive.file(), BasicFileAttributes.class);
        if (now.size() != archive.bytes() || !now.lastModifiedTime().equals(archive.modified())) {
            throw new BuildException(FailureReason.CONTEXT_UNAVAILABLE,
                    "The context's archive was changed while it was read; send the request again.");
        }
    }

    private static Path buildFolder(Path root, @Nullable String path) throws BuildException {
        if (path == null) {
            return root;
        }
        Path folder;
        try {
            folder = ScopedPath.resolve(root, path);
        } catch (IOException e) {
            throw new BuildException(FailureReason.CONTEXT_REJECTED,
                    "context.path \"" + Quoted.of(path) + "\" leads out of the context, or in a circle.");
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new BuildException(FailureReason.CONTEXT_REJECTED, "context.path \"" + Quoted.of(path)
                    + "\" is no folder of the context's archive.");
        }
        return folder;
    }
}
