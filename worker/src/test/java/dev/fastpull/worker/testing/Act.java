package dev.fastpull.worker.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

/**
 * The one program in images that tests build from scratch: it prints, writes, sleeps and exits as its arguments say
 * ({@code src/test/resources/act/act.c}), so that a RUN can do what a test needs without a base image.
 */
public final class Act {
    private Act() {}

    /** {@return the program, laid into a folder as {@code act}; always with the same time, for BuildKit's cache} */
    public static Path into(Path folder) throws IOException {
        String name = "act-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
        Path program = folder.resolve("act");
        try (InputStream resource = Act.class.getResourceAsStream("/act/" + name)) {
            if (resource == null) {
                throw new FileNotFoundException("src/test/resources/act/make makes " + name);
            }
            Files.copy(resource, program);
        }
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setLastModifiedTime(program, FileTime.from(Instant.EPOCH.plusSeconds(1_700_000_000)));
        return program;
    }
}
