package dev.fastpull.worker.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The one program in images that tests build from scratch: it prints, writes, sleeps and exits as its arguments say
 * ({@code src/test/resources/act/act.c}), so that a RUN can do what a test needs without a base image.
 */
public final class Act {
    private Act() {}

    /** {@return the program, for the processor of this machine} */
    public static byte[] program() throws IOException {
        String name = "act-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
        try (InputStream resource = Act.class.getResourceAsStream("/act/" + name)) {
            if (resource == null) {
                throw new FileNotFoundException("src/test/resources/act/make makes " + name);
            }
            return resource.readAllBytes();
        }
    }
}
