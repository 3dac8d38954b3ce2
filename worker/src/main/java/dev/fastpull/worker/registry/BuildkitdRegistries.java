package dev.fastpull.worker.registry;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The part of buildkitd.toml that says how registries are reached
 * (<a href="https://github.com/moby/buildkit/blob/master/docs/buildkitd.toml.md">buildkitd.toml</a>). Certificate
 * authorities are not in it, since {@code ca} is per registry and the registries that a Dockerfile names are not known
 * beforehand: {@link ToolEnvironment} brings them for all hosts. {@code insecure} is never used, as it hides 401 and 5xx
 * behind TLS errors.
 */
public final class BuildkitdRegistries {
    private BuildkitdRegistries() {}

    /** {@return the {@code [registry."host"]} tables, empty where there is nothing to say} */
    public static String toml(RegistryConfig config) {
        Set<String> hosts = new LinkedHashSet<>(config.mirrors().keySet());
        hosts.addAll(config.plainHttpHosts());
        return hosts.stream().map(host -> table(config, host)).collect(Collectors.joining("\n"));
    }

    private static String table(RegistryConfig config, String host) {
        var toml = new StringBuilder("[registry." + quoted(host) + "]\n");
        List<String> mirrors = config.mirrors().getOrDefault(host, List.of());
        if (!mirrors.isEmpty()) {
            toml.append("  mirrors = [")
                    .append(mirrors.stream().map(BuildkitdRegistries::quoted).collect(Collectors.joining(", ")))
                    .append("]\n");
        }
        if (config.plainHttpHosts().contains(host)) {
            toml.append("  http = true\n");
        }
        return toml.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
