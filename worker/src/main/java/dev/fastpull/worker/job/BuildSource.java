package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildRequest.ContextSource;
import java.nio.file.Path;

/** Where the files of a build come from. */
public sealed interface BuildSource {

    /**
     * An archive that is fetched and unpacked.
     *
     * @param source where it is
     */
    record Archive(ContextSource source) implements BuildSource {}

    /**
     * A folder of the user's own, which is handed to buildctl as it lies.
     *
     * @param path the folder
     */
    record Folder(Path path) implements BuildSource {}

    /** None: the Dockerfile came with the request and copies nothing. */
    record None() implements BuildSource {}
}
