package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;

/** The sentences that say why an archive is refused. */
final class Rejected {
    private Rejected() {}

    /** {@return a refusal of the whole archive} */
    static BuildException archive(String why) {
        return new BuildException(FailureReason.CONTEXT_REJECTED, "The context's archive is refused: " + why + ".");
    }

    /** {@return a refusal for one entry's sake} */
    static BuildException entry(String name, String why) {
        return archive("its entry \"" + Quoted.of(name) + "\" " + why);
    }
}
