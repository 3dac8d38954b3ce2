package dev.fastpull.worker.publish;

import dev.fastpull.worker.registry.RegistryException;

/** What became of moving the tags. */
public sealed interface Publication {

    /**
     * All tags have moved.
     *
     * @param superseded whether some named another image again when they were read back: another build came later
     */
    record Moved(boolean superseded) implements Publication {}

    /**
     * A tag could not be moved.
     *
     * @param tag the tag
     * @param cause what the registry says
     * @param undone whether those that had moved before name again what they named
     */
    record Refused(String tag, RegistryException cause, boolean undone) implements Publication {}
}
