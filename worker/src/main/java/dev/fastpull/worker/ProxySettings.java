package dev.fastpull.worker;

import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxies that the environment names, by the rules that the Go programs follow, so that all take the same way:
 * upper-case names win over lower-case ones, loopback is never proxied, and {@code NO_PROXY} lists hosts, domains,
 * addresses and CIDR blocks (<a href="https://pkg.go.dev/golang.org/x/net/http/httpproxy">httpproxy</a>).
 */
public final class ProxySettings {
    private static final List<String> NAMES = List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY");

    private final Map<String, String> variables;

    /**
     * One proxy.
     *
     * @param host its host
     * @param port its port
     * @param user the user's name there; null for none
     * @param password the password, a secret; empty for none
     */
    public record Proxy(String host, int port, @Nullable String user, String password) {
        private static Proxy of(URI uri) {
            String[] user = uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
            return new Proxy(uri.getHost(), uri.getPort() > 0 ? uri.getPort() : 80,
                    user.length > 0 ? decoded(user[0]) : null, user.length > 1 ? decoded(user[1]) : "");
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        /** {@return the address, without the user} */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    private ProxySettings(Map<String, String> variables) {
        this.variables = variables;
    }

    /** {@return settings that use no proxy} */
    public static ProxySettings none() {
        return new ProxySettings(Map.of());
    }

    /** {@return the settings in {@code environment}; each name may be in upper or lower case} */
    public static ProxySettings of(Map<String, String> environment) {
        Map<String, String> found = new TreeMap<>();
        for (String name : NAMES) {
            String value = environment.getOrDefault(name, environment.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
            if (!value.isBlank()) {
                found.put(name, value.strip());
            }
        }
        return new ProxySettings(Map.copyOf(found));
    }

    /** {@return what a child process is to have in its environment; a proxy's password may be among it} */
    public Map<String, String> variables() {
        return variables;
    }

    /** {@return the mistakes in the settings, each a sentence without any secret} */
    public List<String> problems() {
        return NAMES.stream()
                .limit(2)
                .filter(variables::containsKey)
                .filter(name -> proxy(name).isEmpty())
                .map(name -> name + " is not of the form http://[USER:PASSWORD@]HOST:PORT, the only kind understood.")
                .toList();
    }

    /** {@return the proxy for http URLs} */
    public Optional<Proxy> http() {
        return proxy("HTTP_PROXY");
    }

    /** {@return the proxy for https URLs} */
    public Optional<Proxy> https() {
        return proxy("HTTPS_PROXY");
    }

    /**
     * {@return the proxy for a connection, or empty where it goes straight there}
     *
     * @param scheme {@code http} or {@code https}
     * @param host a name or address; an IPv6 address with or without brackets
     * @param port the port
     */
    public Optional<Proxy> proxyFor(String scheme, String host, int port) {
        String bare = unbracketed(host).toLowerCase(Locale.ROOT);
        return isLoopback(bare) || excluded(bare, port)
                ? Optional.empty()
                : proxy(scheme.toUpperCase(Locale.ROOT) + "_PROXY");
    }

    private Optional<Proxy> proxy(String name) {
        String value = variables.getOrDefault(name, "");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(value.contains("://") ? value : "http://" + value);
            return "http".equals(uri.getScheme()) && uri.getHost() != null
                    ? Optional.of(Proxy.of(uri))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean excluded(String host, int port) {
        return Arrays.stream(variables.getOrDefault("NO_PROXY", "").split(",", -1))
                .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty())
                .anyMatch(entry -> matches(entry, host, port));
    }

    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        if (entry.contains("/")) {
            return inBlock(entry, host);
        }
        int colon = entry.lastIndexOf(':');
        boolean hasPort = colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
        if (hasPort && !entry.substring(colon + 1).equals(Integer.toString(port))) {
            return false;
        }
        String name = unbracketed(hasPort ? entry.substring(0, colon) : entry);
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static boolean inBlock(String block, String host) {
        if (!isAddress(host)) {
            return false;
        }
        try {
            int slash = block.indexOf('/');
            byte[] network = InetAddress.ofLiteral(block.substring(0, slash)).getAddress();
            byte[] address = InetAddress.ofLiteral(host).getAddress();
            int bits = Integer.parseInt(block.substring(slash + 1));
            return network.length == address.length && bits <= network.length * 8 && samePrefix(network, address, bits);
        } catch (IllegalArgumentException e) {
            return false; // as the Go programs do with an entry that is malformed
        }
    }

    private static boolean samePrefix(byte[] a, byte[] b, int bits) {
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || (isAddress(host) && InetAddress.ofLiteral(host).isLoopbackAddress());
    }

    private static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** {@return the names that are set, without their values, which may hold a password} */
    @Override
    public String toString() {
        return "ProxySettings" + variables.keySet().stream().sorted().toList();
    }
}
