package dev.fastpull.worker.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * nydusd's {@code backend} object for an image in a registry (RegistryConfig in nydus-api's config.rs). Authorities and
 * proxies reach nydusd by {@link ToolEnvironment}; it has no setting for either that fits.
 */
public final class NydusdBackend {
    private NydusdBackend() {}

    /**
     * The object as JSON. It holds the credentials: write it to a file that only its owner reads, never to a log.
     *
     * @param config the configuration
     * @param registry the registry, a host with its port where it has one
     * @param repository the path at that registry
     * @param credentials the credentials; an identity token is left out, since nydusd cannot exchange it
     * @return the JSON text
     */
    public static String json(RegistryConfig config, String registry, String repository, Credentials credentials) {
        ObjectNode backend = JsonNodeFactory.instance.objectNode().put("type", "registry");
        ObjectNode settings = backend.putObject("config")
                .put("scheme", config.isPlainHttp(registry) ? "http" : "https")
                .put("host", RegistryConfig.serverOf(registry))
                .put("repo", repository)
                .put("skip_verify", false);
        switch (credentials) {
            case Credentials.Basic basic -> settings.put("auth", basic.encoded());
            case Credentials.RegistryToken token -> settings.put("registry_token", token.token());
            case Credentials.IdentityToken _,Credentials.Anonymous _ -> {
            }
        }
        return backend.toString();
    }
}
