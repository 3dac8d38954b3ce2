package dev.fastpull.worker.registry;

import java.time.Clock;

/**
 * The connections to registries. There is one per worker, used by all threads; what is asked goes through a
 * {@link RegistrySession}, which has the credentials.
 */
public final class RegistryClient implements AutoCloseable {
    private final RegistryConfig config;
    private final Clock clock;
    private final RegistryHttp http;

    /**
     * A client.
     *
     * @param config how registries are reached
     * @param timeouts how long they are waited for
     * @param clock the time, by which tokens expire
     */
    public RegistryClient(RegistryConfig config, ClientTimeouts timeouts, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.http = new RegistryHttp(config, timeouts);
    }

    /**
     * Opens a session with one registry, with the credentials as they are now. It is for one build: tokens are kept for
     * as long as it is used, and nothing has to be closed.
     *
     * @param registry the registry, a host with its port where it has one; {@code docker.io} for Docker Hub
     * @param docker Docker's configuration, read just now
     * @return the session; nothing is sent yet
     * @throws RegistryException of kind CREDENTIALS where the credentials cannot be had
     * @throws InterruptedException where the thread was interrupted while a credential helper ran
     */
    public RegistrySession open(String registry, DockerConfig docker) throws RegistryException, InterruptedException {
        return open(registry, docker.lookup(registry));
    }

    /**
     * Opens a session with credentials that have been looked up already.
     *
     * @param registry the registry, a host with its port where it has one
     * @param found the credentials
     * @return the session; nothing is sent yet
     */
    public RegistrySession open(String registry, FoundCredentials found) {
        var tokens = new TokenServer(http, clock, registry, config.isPlainHttp(registry));
        var authorization = new Authorization(found.credentials(), tokens, clock);
        return new RegistrySession(new RegistryEndpoint(http, registry, config.baseUrl(registry), authorization),
                found);
    }

    /** Closes all connections. Calls under way fail. */
    @Override
    public void close() {
        http.close();
    }
}
