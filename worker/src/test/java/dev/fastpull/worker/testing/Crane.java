package dev.fastpull.worker.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks into a registry with the program crane, so that no test takes the worker's word for what is there.
 *
 * @param program crane's path
 * @param dockerConfig the folder with its credentials
 */
public record Crane(String program, Path dockerConfig) {

    /** {@return one that may look into the registry, with a password or without} */
    public static Crane of(Toolchain toolchain, LocalRegistry registry, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(
                registry.host(), Base64.getEncoder().encodeToString(
                        (LocalRegistry.USER + ":" + LocalRegistry.PASSWORD).getBytes(StandardCharsets.UTF_8))));
        return new Crane(toolchain.path("crane"), folder);
    }

    /** {@return the digest of a reference} */
    public String digest(String reference) throws IOException, InterruptedException {
        return text("digest", reference).strip();
    }

    /** {@return the digest behind each tag of a repository; empty where there is no such repository} */
    public Map<String, String> tags(String repository) throws IOException, InterruptedException {
        Map<String, String> tags = new TreeMap<>();
        Answer answer = run("ls", repository);
        if (answer.exitCode() == 0) {
            for (String tag : answer.out().lines().toList()) {
                tags.put(tag, digest(repository + ":" + tag));
            }
        } else if (!answer.err().contains("NAME_UNKNOWN")) {
            throw new IOException("crane ls " + repository + ": " + answer.err());
        }
        return tags;
    }

    /** {@return the manifest} */
    public JsonNode manifest(String reference) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(text("manifest", reference));
    }

    /** {@return the image's config, whatever its layers are} */
    public JsonNode config(String reference) throws IOException, InterruptedException {
        String repository = reference.contains("@")
                ? reference.substring(0, reference.indexOf('@'))
                : reference.substring(0, reference.lastIndexOf(':'));
        String digest = manifest(reference).path("config").path("digest").asText();
        return new ObjectMapper().readTree(text("blob", repository + "@" + digest));
    }

    /** {@return what crane prints}; throws {@link IOException} where it fails. */
    public String text(String... arguments) throws IOException, InterruptedException {
        Answer answer = run(arguments);
        if (answer.exitCode() != 0) {
            throw new IOException("crane " + String.join(" ", arguments) + ": " + answer.err());
        }
        return answer.out();
    }

    /** Writes what crane prints to a file. */
    public void save(Path file, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        try (InputStream out = process.getInputStream()) {
            Files.copy(out, file);
        }
        if (process.waitFor() != 0) {
            throw new IOException("crane " + String.join(" ", arguments) + " failed");
        }
    }

    private record Answer(int exitCode, String out, String err) {}

    private Answer run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        // What it says on either stream is far less than a pipe holds.
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), out, err);
    }

    private Process start(String... arguments) throws IOException {
        String[] argv = new String[arguments.length + 1];
        argv[0] = program;
        System.arraycopy(arguments, 0, argv, 1, arguments.length);
        var builder = new ProcessBuilder(argv);
        builder.environment().put("DOCKER_CONFIG", dockerConfig.toString());
        return builder.start();
    }
}
