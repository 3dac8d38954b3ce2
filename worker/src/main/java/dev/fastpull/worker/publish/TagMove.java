package dev.fastpull.worker.publish;

import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.registry.Manifest;

/**
 * A tag and what it is to name.
 *
 * @param tag the tag
 * @param manifest a manifest that is in the tag's repository already
 */
public record TagMove(ImageReference tag, Manifest manifest) {}
