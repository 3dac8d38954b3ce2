package dev.fastpull.worker.testing;

import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The native programs, as {@code worker/toolchain/build} has left them in the user's cache folder. */
public final class RealTools {
    private RealTools() {}

    /** {@return the folder of the clone that is tested} */
    public static Path repository() {
        return Path.of(System.getProperty("fastpull.root", "..")).toAbsolutePath().normalize();
    }

    /** {@return the toolchain, which is built where it is not there yet} */
    public static Toolchain toolchain() throws IOException, InterruptedException {
        Path script = repository().resolve("worker/toolchain/build");
        Process build = new ProcessBuilder(script.toString(), "-o", "bin")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String bin = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (build.waitFor() != 0) {
            throw new IOException(script + " failed");
        }
        return Toolchain.read(Path.of(bin).resolveSibling("programs.json"));
    }

    /** {@return what a program prints; fails where it exits with another code than 0} */
    public static String run(String... argv) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", argv) + ": " + output);
        }
        return output;
    }
}
