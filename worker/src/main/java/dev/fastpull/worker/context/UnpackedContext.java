package dev.fastpull.worker.context;

import java.nio.file.Path;

/**
 * A context as a folder. Symbolic links in it are as the archive has them; an absolute one points into the worker's own
 * file system for whoever follows it, so it is BuildKit alone that looks at its files.
 *
 * @param root the folder that holds the archive's files
 * @param buildFolder the folder that is the build's context: {@code root}, or the one that the request's path names,
 *         with symbolic links resolved; it is inside {@code root}
 * @param entries how many entries the archive had
 * @param bytes how many bytes its files hold together
 */
public record UnpackedContext(Path root, Path buildFolder, long entries, long bytes) {}
