package dev.fastpull.worker.chaos;

import dev.fastpull.worker.image.Toolchain;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A toolchain whose buildctl only seems to build, for runs of many requests. What they show counts for the queue alone. */
final class FakeBuildctl {
    private FakeBuildctl() {}

    /** {@return the real toolchain with another buildctl, in this folder} */
    static Toolchain in(Path folder, Toolchain real) throws IOException {
        Path program = Path.of(real.path("buildctl"));
        Path fake = Files.createDirectories(folder.resolve("bin")).resolve("buildctl");
        try (InputStream script = FakeBuildctl.class.getResourceAsStream("/chaos/buildctl")) {
            if (script == null) {
                throw new FileNotFoundException("src/test/resources/chaos/buildctl");
            }
            Files.copy(script, fake);
        }
        Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(fake.resolveSibling("buildctl.real"), program);
        Path list = folder.resolve("programs.json");
        Files.writeString(list, Files.readString(program.resolveSibling("../programs.json"))
                .replace('"' + program.toString() + '"', '"' + fake.toString() + '"'));
        return Toolchain.read(list);
    }
}
