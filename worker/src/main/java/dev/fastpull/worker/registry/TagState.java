package dev.fastpull.worker.registry;

import dev.fastpull.messages.Digest;

/** What is known of a tag before anything is built. */
public sealed interface TagState {
    /** There is no such tag: it can be made. */
    record Absent() implements TagState {}

    /**
     * The tag exists, and nothing speaks against its moving. Some registries look at the manifest before they look at
     * the tag; with those the move itself is the first to fail.
     *
     * @param current what it names now
     */
    record Movable(Digest current) implements TagState {}

    /**
     * The tag exists and the registry does not let it move. To put the same manifest there again is success all the
     * same, so whether this ends a build is the caller's decision.
     *
     * @param current what it names
     * @param answer what the registry says, a sentence
     */
    record Immutable(Digest current, String answer) implements TagState {}
}
