package dev.fastpull.worker.registry;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the programs that speak to registries are told by environment and flags. The environment is for all of them:
 * buildkitd reads blobs and manifests, but it is <em>buildctl</em> that fetches tokens, from servers with certificates
 * and proxies of their own.
 */
public final class ToolEnvironment {
    private ToolEnvironment() {}

    /**
     * The variables for buildkitd, buildctl, crane and nydusd.
     *
     * @param config the configuration
     * @param caBundle the file that {@link CaBundle#write} has written, used where the configuration names extra
     *        authorities; Go and OpenSSL read it <em>instead of</em> the system's bundle, so that must be in it
     * @param dockerConfig the folder with Docker's config.json; null for the program's own default
     * @return names and values; a proxy's password may be among them
     */
    public static Map<String, String> variables(RegistryConfig config, Path caBundle, @Nullable Path dockerConfig) {
        Map<String, String> variables = new TreeMap<>(config.proxies().variables());
        if (!config.caFiles().isEmpty()) {
            variables.put("SSL_CERT_FILE", caBundle.toString());
        }
        if (dockerConfig != null) {
            variables.put("DOCKER_CONFIG", dockerConfig.toString());
        }
        return variables;
    }

    /**
     * The flags for crane. {@code --insecure} is a trap: it is for every host of the call, it also switches off the
     * check of certificates, and crane tries https first all the same and takes HTTP where that fails. So it is only
     * given for a host that is configured as plain HTTP and that crane does not know as such by itself.
     *
     * @param config the configuration
     * @param registry the registry of the call, a host with its port where it has one
     * @return the flags, to stand before crane's command
     */
    public static List<String> craneFlags(RegistryConfig config, String registry) {
        return config.isPlainHttp(registry) && !RegistryConfig.isLocal(registry) ? List.of("--insecure") : List.of();
    }
}
