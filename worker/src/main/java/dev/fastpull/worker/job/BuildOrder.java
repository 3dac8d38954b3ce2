package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildRequest;
import java.nio.file.Path;
import java.util.Map;

/**
 * A build to be done.
 *
 * @param request what is asked for
 * @param source where its files come from
 * @param secrets files with the secrets that the Dockerfile may mount, by id
 * @param redelivered whether an earlier attempt may have published already
 * @param gate asked right before the tags move
 * @param cancellation says that it is to stop
 */
public record BuildOrder(BuildRequest request, BuildSource source, Map<String, Path> secrets, boolean redelivered,
        PublishGate gate, Cancellation cancellation) {
    /** Copies the map. */
    public BuildOrder {
        secrets = Map.copyOf(secrets);
    }

    /** An order that nobody can cancel but by an interrupt. */
    public BuildOrder(BuildRequest request, BuildSource source, Map<String, Path> secrets, boolean redelivered,
            PublishGate gate) {
        this(request, source, secrets, redelivered, gate, new Cancellation());
    }

    /** Says whether this build may still publish. */
    @FunctionalInterface
    public interface PublishGate {
        /**
         * Returns where the build may publish, after which nothing stops it any more.
         *
         * @throws InterruptedException where it may not: it was stopped, or is no longer this worker's
         */
        void pass() throws InterruptedException;
    }
}
