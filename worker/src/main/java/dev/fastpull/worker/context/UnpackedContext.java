package dev.fastpull.worker.context;

import java.nio.file.Path;

/**
 * A context as a folder. Symbolic links in it are as the archive has them; an absolute one points into the worker's own
 * file system for whoever follows it naively, so look a file up with {@link #resolve} and never by its plain name.
 *
 * @param root the folder that holds the archive's files
 * @param buildFolder the folder that is the build's context: {@code root}, or the one that the request's path names,
 *         with symbolic links resolved; it is inside {@code root}
 * @param entries how many entries the archive had
 * @param bytes how many bytes its files hold together
 */
public record UnpackedContext(Path root, Path buildFolder, long entries, long bytes) {
    /**
     * Finds a file of the build's folder the way BuildKit does: symbolic links are followed, absolute ones from
     * {@code buildFolder}, and nothing outside of it is ever looked at.
     *
     * @param relative a relative name such as {@code docker/Dockerfile}
     * @return the file, which has no symbolic link in its path below {@code buildFolder} and need not exist
     * @throws java.io.IOException if the name or a link leads out of the folder or in a circle
     */
    public Path resolve(String relative) throws java.io.IOException {
        return ScopedPath.resolve(buildFolder, relative);
    }
}
