package dev.fastpull.worker.queue;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a broker is approached, whichever kind it is of.
 *
 * @param credentials who the worker is; null where the broker does not ask
 * @param authorities a PEM file with the certificate authorities to trust for {@code ssl} addresses, instead of those of
 *     the Java runtime; null for those
 */
public record BrokerAccess(@Nullable Credentials credentials, @Nullable Path authorities) {}
