package dev.fastpull.worker.context;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxies to go through, as most programs take them from the environment.
 *
 * @param http the proxy for http URLs; null for none
 * @param https the proxy for https URLs; null for none
 * @param except hosts that are reached without a proxy: names, with or without a leading dot, mean their subdomains
 *         too; {@code *} means all
 */
public record ProxySettings(@Nullable Proxy http, @Nullable Proxy https, List<String> except) {
    /** Copies the list. */
    public ProxySettings {
        except = List.copyOf(except);
    }

    /**
     * One proxy.
     *
     * @param host its host
     * @param port its port
     * @param user the user's name there; null for none
     * @param password the password, a secret; null for none
     */
    public record Proxy(String host, int port, @Nullable String user, @Nullable String password) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** {@return no proxies} */
    public static ProxySettings none() {
        return new ProxySettings(null, null, List.of());
    }

    /**
     * Reads {@code http_proxy}, {@code https_proxy} and {@code no_proxy}, in lower or upper case. Address ranges in
     * {@code no_proxy} are not understood.
     *
     * @param environment the environment
     * @return the settings
     * @throws IllegalArgumentException if a proxy is not of the form {@code http://[user:password@]host:port}
     */
    public static ProxySettings fromEnvironment(Map<String, String> environment) {
        List<String> except = new ArrayList<>();
        for (String entry : value(environment, "no_proxy").orElse("").split(",", -1)) {
            String host = entry.strip().toLowerCase(Locale.ROOT);
            if (!host.isEmpty()) {
                except.add(host);
            }
        }
        return new ProxySettings(value(environment, "http_proxy").map(ProxySettings::proxy).orElse(null),
                value(environment, "https_proxy").map(ProxySettings::proxy).orElse(null), except);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        String lower = environment.get(name);
        String value = lower != null ? lower : environment.get(name.toUpperCase(Locale.ROOT));
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    private static Proxy proxy(String text) {
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() != null && "http".equalsIgnoreCase(uri.getScheme())) {
                String[] user = uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
                return new Proxy(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort(),
                        user.length > 0 ? decoded(user[0]) : null, user.length > 1 ? decoded(user[1]) : null);
            }
        } catch (URISyntaxException e) {
            // Said below, without the text's password.
        }
        throw new IllegalArgumentException(
                "not a proxy of the form http://[user:password@]host:port: " + RedactedUrl.of(text));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** {@return the proxy to go through for a URL; null for none} */
    @Nullable
    Proxy forUrl(ContextUrl url) {
        for (String host : except) {
            String name = host.startsWith(".") ? host.substring(1) : host;
            if (host.equals("*") || url.host().equals(name) || url.host().endsWith("." + name)) {
                return null;
            }
        }
        return url.scheme().equals("https") ? https : http;
    }
}
