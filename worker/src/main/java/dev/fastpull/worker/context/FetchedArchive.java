package dev.fastpull.worker.context;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * An archive at hand, hashed and not yet looked into.
 *
 * @param file where it lies: in the work folder, or where the operator's {@code file:} URL points
 * @param sha256 the SHA-256 of its bytes, 64 lower-case hex digits
 * @param bytes its size
 * @param temporary whether the file was made by the fetch and may be deleted after unpacking
 * @param modified the file's modification time when it was hashed, to notice that somebody writes to it
 */
public record FetchedArchive(Path file, String sha256, long bytes, boolean temporary, FileTime modified) {}
