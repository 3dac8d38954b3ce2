package dev.fastpull.worker.image;

import dev.fastpull.messages.FailureReason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sentence that tells a person what is wrong with a build and what to do. */
final class SolveFailureMessage {
    private SolveFailureMessage() {}

    /**
     * {@return the sentence}
     *
     * @param reason why the solve failed
     * @param error buildctl's own words
     * @param spec what was to be built
     * @param step the step that failed; null where it was none
     * @param cause what buildkitd's log says of a failed conversion
     */
    static String of(FailureReason reason, String error, SolveSpec spec, @Nullable String step,
            Optional<String> cause) {
        String words = error.replaceFirst("^failed to solve: ", "").replaceFirst("rpc error: code = \\w+ desc = ", "");
        String named = step == null ? words : step + ": " + words;
        return switch (reason) {
            case DOCKERFILE_NOT_FOUND -> "Dockerfile not found: the context has no file " + spec.dockerfile() + ".";
            case DOCKERFILE_INVALID -> "The Dockerfile " + spec.dockerfile() + " cannot be built: " + words;
            case BASE_IMAGE_NOT_FOUND -> "A base image does not exist or may not be read: " + words;
            case BASE_IMAGE_RATE_LIMITED ->
                "The registry of a base image allows no more pulls for now. Log in to it with "
                        + "docker login, or give the worker a mirror with --registry-mirror: " + words;
            case BASE_IMAGE_UNAVAILABLE -> "The registry of a base image does not answer: " + words;
            case PUSH_NOT_AUTHORIZED -> "The registry refuses the push to " + spec.image().name()
                    + ". Check the credentials (docker login " + spec.image().registry() + "): " + words;
            case REPOSITORY_NOT_FOUND ->
                "The repository " + spec.image().name() + " does not exist. Create it first: " + words;
            case REGISTRY_UNAVAILABLE ->
                "The registry " + spec.image().registry() + " does not take the image: " + words;
            case BUILDER_UNAVAILABLE -> "buildkitd stopped answering in mid-build: " + words;
            case DISK_FULL -> "The worker's disk is full: " + words;
            case NYDUS_CONVERSION_FAILED -> "nydus-image could not convert the image: " + words
                    + cause.map(line -> " (buildkitd's log: " + line + ")").orElse("");
            default -> named;
        };
    }
}
