package dev.fastpull.worker.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The pinned native programs, as {@code worker/toolchain/build} made them.
 *
 * @param programs each of them
 */
public record Toolchain(List<Program> programs) {

    /**
     * One native program.
     *
     * @param name its name, such as {@code buildctl}
     * @param path where it lies
     * @param version its version
     * @param source what it was built from
     */
    public record Program(String name, Path path, String version, String source) {

        /** {@return version and source, for logs and events} */
        public String describe() {
            return version + " (" + source + ")";
        }
    }

    /** Copies the list. */
    public Toolchain {
        programs = List.copyOf(programs);
    }

    /**
     * Reads the list of programs that the toolchain's build left beside them.
     *
     * @param manifest the file {@code programs.json}
     * @throws IOException where it cannot be read or a program that it names is gone
     */
    public static Toolchain read(Path manifest) throws IOException {
        JsonNode programs = new ObjectMapper().readTree(manifest.toFile()).path("programs");
        var toolchain = new Toolchain(StreamSupport.stream(programs.spliterator(), false)
                .map(program -> new Program(program.path("name").asText(), Path.of(program.path("path").asText()),
                        program.path("version").asText(), program.path("source").asText()))
                .toList());
        for (Program program : toolchain.programs()) {
            if (!Files.isExecutable(program.path())) {
                throw new IOException(program.path() + " is missing. Run ./fastpull toolchain to build it again.");
            }
        }
        return toolchain;
    }

    /** {@return the program of this name}; throws {@link IllegalArgumentException} where the toolchain has none. */
    public Program program(String name) {
        return programs.stream()
                .filter(program -> program.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the toolchain has no program " + name));
    }

    /** {@return the path of the program of this name, for a command line} */
    public String path(String name) {
        return program(name).path().toString();
    }
}
