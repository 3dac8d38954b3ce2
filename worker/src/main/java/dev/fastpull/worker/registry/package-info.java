/**
 * Talking to image registries: one configuration that every program is told alike ({@code RegistryConfig}), Docker's
 * credentials ({@code DockerConfig}), and a small client for the few calls that a build needs, in this process and over
 * connections that stay open, since a child process per call costs more than the call.
 */
@NullMarked
package dev.fastpull.worker.registry;

import org.jspecify.annotations.NullMarked;
