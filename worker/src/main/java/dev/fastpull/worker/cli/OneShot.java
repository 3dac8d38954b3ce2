package dev.fastpull.worker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The form without a subcommand, {@code fastpull IMAGE[:TAG]}: the container's way, with the context mounted at
 * {@code /workspace}, or where {@code CONTEXT_PATH} says, and {@code DOCKERFILE} naming another Dockerfile.
 */
final class OneShot {
    static final String[] CONTEXTS = {"/workspace"};

    private OneShot() {}

    /** {@return whether the arguments are an image's name alone: a subcommand has neither slash nor colon} */
    static boolean isImage(String[] arguments) {
        return arguments.length == 1 && !arguments[0].startsWith("-")
                && (arguments[0].contains("/") || arguments[0].contains(":"));
    }

    /** {@return the arguments of the subcommand that does the same} */
    static String[] arguments(String[] image, Map<String, String> environment) {
        String context = environment.getOrDefault("CONTEXT_PATH", CONTEXTS[0]);
        String dockerfile = environment.getOrDefault("DOCKERFILE", "Dockerfile");
        if (!Files.isDirectory(Path.of(context))) {
            System.err.println("fastpull: Build context path does not exist: " + context
                    + ". Mount it (docker run -v \"$PWD:/workspace\" …) or set CONTEXT_PATH.");
        }
        return new String[]{"build", "--tag", image[0], "--file", dockerfile, "--", context};
    }
}
