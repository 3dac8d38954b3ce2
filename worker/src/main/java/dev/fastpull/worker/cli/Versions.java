package dev.fastpull.worker.cli;

import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Versions implements IVersionProvider {

    @Override
    public String[] getVersion() {
        List<String> lines = new ArrayList<>(List.of("fastpull " + worker()));
        try {
            ToolchainLocation.built(System.getenv()).programs().forEach(program -> lines.add(line(program)));
        } catch (IOException e) {
            lines.add("toolchain: " + e.getMessage());
        }
        return lines.toArray(String[]::new);
    }

    /** {@return this worker's version} */
    static String worker() {
        String version = Versions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static String line(Toolchain.Program program) {
        return "  " + program.name() + " " + program.describe();
    }
}
