package dev.fastpull.worker.cli;

import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the toolchain is: the launcher builds it and says so in {@code FASTPULL_TOOLCHAIN}. */
final class ToolchainLocation {
    private ToolchainLocation() {}

    /** {@return the toolchain}; throws {@link IOException} with what to do where there is none. */
    static Toolchain built(Map<String, String> environment) throws IOException {
        String folder = environment.get("FASTPULL_TOOLCHAIN");
        if (folder == null || !Files.isRegularFile(Path.of(folder, "programs.json"))) {
            throw new IOException("not built yet; run ./fastpull toolchain");
        }
        return Toolchain.read(Path.of(folder, "programs.json"));
    }

    /** {@return the toolchain}; throws {@link IOException} with one sentence for the user where there is none. */
    static Toolchain required(Map<String, String> environment) throws IOException {
        try {
            return built(environment);
        } catch (IOException e) {
            throw new IOException("The native programs are " + e.getMessage(), e);
        }
    }
}
