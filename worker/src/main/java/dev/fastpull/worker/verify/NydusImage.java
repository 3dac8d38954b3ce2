package dev.fastpull.worker.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The program nydus-image, as far as it is needed to look into a bootstrap. */
public interface NydusImage {
    /**
     * Runs {@code nydus-image check -v} on a bootstrap.
     *
     * @param bootstrap the file
     * @param lines takes each line of its standard output, one after the other, without the line's end; what it throws
     *     ends the program and comes out of this method
     * @return how it ended
     * @throws IOException where the program cannot be started or its output is no UTF-8
     * @throws InterruptedException on cancellation; the program is dead by then
     */
    Exit check(Path bootstrap, Consumer<String> lines) throws IOException, InterruptedException;

    /**
     * The end of a run.
     *
     * @param code the exit code
     * @param lastWords the end of what it wrote to standard error
     */
    record Exit(int code, String lastWords) {}
}
