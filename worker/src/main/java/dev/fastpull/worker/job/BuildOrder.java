package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A build to be done.
 *
 * @param request what is asked for
 * @param source where its files come from
 * @param secrets files with the secrets that the Dockerfile may mount, by id
 * @param begun what an earlier attempt had built, and begun to publish; it is published and not built anew. Null where
 *     there was none
 * @param claim asked before the tags move
 * @param cancellation says that it is to stop
 */
public record BuildOrder(BuildRequest request, BuildSource source, Map<String, Path> secrets, @Nullable Succeeded begun,
        Claim claim, Cancellation cancellation) {
    /** Copies the map. */
    public BuildOrder {
        secrets = Map.copyOf(secrets);
    }

    /** An order that came by no queue, and that nobody can cancel but by an interrupt. */
    public BuildOrder(BuildRequest request, BuildSource source, Map<String, Path> secrets) {
        this(request, source, secrets, null, Claim.undisputed(), new Cancellation());
    }
}
