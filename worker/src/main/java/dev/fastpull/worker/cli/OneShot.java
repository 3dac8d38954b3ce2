package dev.fastpull.worker.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The form without a subcommand, {@code fastpull IMAGE[:TAG]}: the container's way, with the context mounted at
 * {@code /workspace}, or where {@code CONTEXT_PATH} says, and {@code DOCKERFILE} naming another Dockerfile.
 */
final class OneShot {
    static final String CONTEXT = "/workspace";

    private OneShot() {}

    /** {@return whether the first argument is an image's name: no subcommand has a slash or a colon} */
    static boolean isImage(String[] arguments) {
        return arguments.length > 0 && !arguments[0].startsWith("-") && !arguments[0].startsWith("@")
                && (arguments[0].contains("/") || arguments[0].contains(":"));
    }

    /** {@return the arguments of the subcommand that does the same} */
    static String[] arguments(String[] image, Map<String, String> environment) {
        List<String> build = new ArrayList<>(List.of("build", "--tag", image[0], "--file",
                set(environment, "DOCKERFILE", "Dockerfile")));
        build.addAll(Arrays.asList(image).subList(1, image.length));
        build.addAll(List.of("--", set(environment, "CONTEXT_PATH", CONTEXT)));
        return build.toArray(String[]::new);
    }

    /** {@return a variable's value; one that is set to nothing, as compose files do, is not set} */
    private static String set(Map<String, String> environment, String variable, String otherwise) {
        String value = environment.getOrDefault(variable, "");
        return value.isEmpty() ? otherwise : value;
    }
}
