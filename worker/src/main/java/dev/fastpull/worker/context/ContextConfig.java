package dev.fastpull.worker.context;

import dev.fastpull.worker.ProxySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator says about contexts, made once at start.
 *
 * @param allowed URL prefixes that may be fetched whatever their scheme and address ({@code --context-allow}); without
 *         any, contexts come by https from public addresses only
 * @param folders folders below which {@code file:} URLs may point ({@code --context-folder}); none by default
 * @param limits how large contexts may be
 * @param connectTimeout how long connecting to a server may take
 * @param idleTimeout how long a server may be silent, before its answer and in the middle of it
 * @param redirects how many redirects are followed
 * @param retries how many times in a row a fetch may fail without getting on; see {@code RetryWaits} for the waits
 * @param credentials the folder with the operator's credentials, see {@link ContextCredentials}; null for none
 * @param certificates PEM files of certificate authorities that are trusted besides the system's
 * @param proxies the HTTP proxies to go through
 */
public record ContextConfig(List<UrlPrefix> allowed, List<Path> folders, ContextLimits limits, Duration connectTimeout,
        Duration idleTimeout, int redirects, int retries, @Nullable Path credentials, List<Path> certificates,
        ProxySettings proxies) {
    /** Copies the lists. */
    public ContextConfig {
        allowed = List.copyOf(allowed);
        folders = List.copyOf(folders);
        certificates = List.copyOf(certificates);
    }

    /** {@return nothing allowed but https from public addresses; 10 s to connect, 30 s idle, 5 redirects, 5 retries} */
    public static ContextConfig defaults() {
        return new ContextConfig(List.of(), List.of(), ContextLimits.defaults(), Duration.ofSeconds(10),
                Duration.ofSeconds(30), 5, 5, null, List.of(), ProxySettings.none());
    }

    /**
     * {@return this with other URL prefixes}
     *
     * @param prefixes the URL prefixes
     */
    public ContextConfig withAllowed(List<UrlPrefix> prefixes) {
        return new ContextConfig(prefixes, folders, limits, connectTimeout, idleTimeout, redirects, retries,
                credentials, certificates, proxies);
    }

    /**
     * {@return this with other folders for {@code file:} URLs}
     *
     * @param newFolders the folders
     */
    public ContextConfig withFolders(List<Path> newFolders) {
        return new ContextConfig(allowed, newFolders, limits, connectTimeout, idleTimeout, redirects, retries,
                credentials, certificates, proxies);
    }

    /**
     * {@return this with other limits}
     *
     * @param newLimits the limits
     */
    public ContextConfig withLimits(ContextLimits newLimits) {
        return new ContextConfig(allowed, folders, newLimits, connectTimeout, idleTimeout, redirects, retries,
                credentials, certificates, proxies);
    }

    /**
     * {@return this with other timeouts}
     *
     * @param connect how long connecting may take
     * @param idle how long a server may be silent
     */
    public ContextConfig withTimeouts(Duration connect, Duration idle) {
        return new ContextConfig(allowed, folders, limits, connect, idle, redirects, retries, credentials,
                certificates, proxies);
    }

    /**
     * {@return this with another folder of credentials; null for none}
     *
     * @param folder the folder; null for none
     */
    public ContextConfig withCredentials(@Nullable Path folder) {
        return new ContextConfig(allowed, folders, limits, connectTimeout, idleTimeout, redirects, retries, folder,
                certificates, proxies);
    }

    /**
     * {@return this with other certificate authorities}
     *
     * @param pemFiles the PEM files
     */
    public ContextConfig withCertificates(List<Path> pemFiles) {
        return new ContextConfig(allowed, folders, limits, connectTimeout, idleTimeout, redirects, retries,
                credentials, pemFiles, proxies);
    }

    /**
     * {@return this with other proxies}
     *
     * @param settings the proxies
     */
    public ContextConfig withProxies(ProxySettings settings) {
        return new ContextConfig(allowed, folders, limits, connectTimeout, idleTimeout, redirects, retries,
                credentials, certificates, settings);
    }
}
