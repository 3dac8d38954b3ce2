package dev.fastpull.worker.job;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.registry.PushPreflight;
import dev.fastpull.worker.registry.RegistryException;

/** What a refusal of the registry that is pushed to means for the build. */
final class RegistryFailure {
    private RegistryFailure() {}

    static BuildException of(ImageReference image, RegistryException e) {
        return switch (e.kind()) {
            case UNAUTHORIZED -> new BuildException(FailureReason.PUSH_NOT_AUTHORIZED, e.getMessage()
                    + " The worker's credentials for it are refused; log in there with: docker login "
                    + image.registry(), e);
            case CREDENTIALS -> new BuildException(FailureReason.PUSH_NOT_AUTHORIZED, e.getMessage(), e);
            case NOT_FOUND -> new BuildException(FailureReason.REPOSITORY_NOT_FOUND, e.getMessage(), e);
            case IMMUTABLE -> PushPreflight.immutable(image, e.getMessage());
            case RATE_LIMITED, UNAVAILABLE, INVALID ->
                new BuildException(FailureReason.REGISTRY_UNAVAILABLE, e.getMessage(), e);
        };
    }
}
