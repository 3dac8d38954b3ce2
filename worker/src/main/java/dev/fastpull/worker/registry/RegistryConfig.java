package dev.fastpull.worker.registry;

import dev.fastpull.worker.ProxySettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How registries are reached. There is one such configuration per worker; {@link BuildkitdRegistries},
 * {@link ToolEnvironment} and {@link NydusdBackend} tell it to the programs in their own words, and
 * {@link RegistryClient} follows it itself.
 *
 * @param plainHttpHosts the hosts, with their port where they have one, that are spoken to in plain HTTP
 * @param caFiles PEM files with certificate authorities to trust beside the system's
 * @param mirrors for a registry, the mirrors that are asked first for images to read, in order
 * @param proxies the proxies of the environment
 */
public record RegistryConfig(Set<String> plainHttpHosts, List<Path> caFiles, Map<String, List<String>> mirrors,
        ProxySettings proxies) {
    private static final String HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:]+\\])(?::[0-9]{1,5})?";
    private static final Pattern HOST_ONLY = Pattern.compile(HOST);
    private static final Pattern HOST_AND_PATH = Pattern.compile(HOST + "(?:/[A-Za-z0-9._-]+)*");
    /** What the Go programs agree to speak plain HTTP to without being told. */
    private static final Pattern LOCAL = Pattern.compile("(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::[0-9]{1,5})?");

    /** Copies what it is given. */
    public RegistryConfig {
        plainHttpHosts = Collections.unmodifiableSet(new LinkedHashSet<>(plainHttpHosts));
        caFiles = List.copyOf(caFiles);
        mirrors = Collections.unmodifiableMap(new LinkedHashMap<>(mirrors));
    }

    /** {@return a configuration that says nothing: https everywhere but on this machine} */
    public static RegistryConfig defaults() {
        return new RegistryConfig(Set.of(), List.of(), Map.of(), ProxySettings.none());
    }

    /**
     * The configuration that the worker's options say.
     *
     * @param insecure the values of {@code --insecure-registry}, each {@code HOST[:PORT]}
     * @param caFiles the values of {@code --registry-ca}, each a PEM file
     * @param mirrors the values of {@code --registry-mirror}, each {@code REGISTRY=HOST[:PORT][/PATH]}
     * @param environment the environment, for its proxies
     * @param problems is told every mistake, each a sentence; where there was one, the result is not to be used
     * @return the configuration
     */
    public static RegistryConfig parse(List<String> insecure, List<Path> caFiles, List<String> mirrors,
            Map<String, String> environment, Consumer<String> problems) {
        for (String host : insecure) {
            if (!HOST_ONLY.matcher(host).matches()) {
                problems.accept("--insecure-registry " + host + ": write HOST or HOST:PORT, without a scheme or path.");
            }
        }
        Map<String, List<String>> byRegistry = new LinkedHashMap<>();
        for (String mirror : mirrors) {
            int equals = mirror.indexOf('=');
            String of = mirror.substring(0, Math.max(equals, 0));
            String at = mirror.substring(equals + 1);
            if (HOST_ONLY.matcher(of).matches() && HOST_AND_PATH.matcher(at).matches()) {
                byRegistry.computeIfAbsent(of, key -> new ArrayList<>()).add(at);
            } else {
                problems.accept("--registry-mirror " + mirror + ": write REGISTRY=HOST[:PORT][/PATH], without a scheme"
                        + " (for plain HTTP add --insecure-registry HOST[:PORT]).");
            }
        }
        caFiles.forEach(file -> CaBundle.check(file).ifPresent(problems));
        ProxySettings proxies = ProxySettings.of(environment);
        proxies.problems().forEach(problems);
        return new RegistryConfig(new LinkedHashSet<>(insecure), caFiles, byRegistry, proxies);
    }

    /** {@return whether {@code registry}, a host with its port where it has one, is spoken to in plain HTTP} */
    public boolean isPlainHttp(String registry) {
        return plainHttpHosts.contains(registry) || isLocal(registry);
    }

    /** {@return whether {@code registry} is on this machine, which all programs speak plain HTTP to by themselves} */
    static boolean isLocal(String registry) {
        return LOCAL.matcher(registry).matches();
    }

    /** {@return the host that serves {@code registry}: Docker Hub's is another than its name} */
    static String serverOf(String registry) {
        return registry.equals("docker.io") || registry.equals("index.docker.io") ? "registry-1.docker.io" : registry;
    }

    /** {@return scheme and host, as in {@code https://registry.example.com:5000}, without a slash at the end} */
    String baseUrl(String registry) {
        return (isPlainHttp(registry) ? "http://" : "https://") + serverOf(registry);
    }
}
