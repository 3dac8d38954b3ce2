package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive from its beginning to its end. An IOException means that the archive is damaged; a BuildException
 * that it is refused.
 */
interface EntryReader extends AutoCloseable {
    /** {@return the next entry, whatever is left of the one before being skipped; null at the archive's proper end} */
    @Nullable
    ArchiveEntry next() throws IOException, BuildException;

    /** {@return how many bytes of the current entry's content were read into the buffer; −1 at its end} */
    int read(byte[] buffer) throws IOException, BuildException;

    @Override
    void close() throws IOException;
}
