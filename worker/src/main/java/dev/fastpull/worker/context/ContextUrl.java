package dev.fastpull.worker.context;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL of a context, taken apart once. Its parts are as they were written, but for scheme and host, which are in lower
 * case. {@link java.net.URI#getHost} is not used, as it has no host where the name has an underscore.
 *
 * @param scheme http, https or file
 * @param host a name or literal address without brackets; empty for file
 * @param port the port, the scheme's own where none is given; −1 for file
 * @param path the path as written, {@code /} where there is none
 * @param query the query as written; null where there is none. A secret
 * @param userInfo the user info as written; null where there is none. A secret
 */
record ContextUrl(String scheme, String host, int port, String path, @Nullable String query,
        @Nullable String userInfo) {
    private static final Pattern AUTHORITY = Pattern
            .compile("(?:(?<user>[^@]*)@)?(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>[0-9]{0,5}))?");
    private static final String IN_URL = "-._~:/?#[]@!$&'()*+,;=%";

    /** {@return the URL that {@code text} is, or empty where it is none of the three schemes or malformed} */
    static Optional<ContextUrl> parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        if (uri.getScheme() == null || uri.isOpaque()) {
            return Optional.empty();
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String authority = uri.getRawAuthority();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return switch (scheme) {
            case "file" -> authority == null || "localhost".equalsIgnoreCase(authority)
                    ? Optional.of(new ContextUrl(scheme, "", -1, path, uri.getRawQuery(), null))
                    : Optional.empty();
            case "http", "https" -> authority == null
                    ? Optional.empty()
                    : withAuthority(scheme, authority, path, uri.getRawQuery());
            default -> Optional.empty();
        };
    }

    private static Optional<ContextUrl> withAuthority(String scheme, String authority, String path,
            @Nullable String query) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group("host").toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        String digits = matcher.group("port");
        int port = digits == null || digits.isEmpty() ? "https".equals(scheme) ? 443 : 80 : Integer.parseInt(digits);
        return port < 1 || port > 65_535
                ? Optional.empty()
                : Optional.of(new ContextUrl(scheme, host, port, path, query, matcher.group("user")));
    }

    /**
     * {@return where a redirect leads, or empty where {@code location} is no http or https URL} User info in a location
     * is dropped: a server has no business sending the worker's password elsewhere.
     */
    Optional<ContextUrl> redirect(String location) {
        try {
            String target = new URI(origin() + path).resolve(new URI(escaped(location.strip()))).toString();
            return parse(target).filter(url -> !url.scheme.equals("file"))
                    .map(url -> new ContextUrl(url.scheme, url.host, url.port, url.path, url.query, null));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Escapes what must not stand in a URL but does in many a Location header: blanks, braces, letters beyond ASCII. */
    private static String escaped(String location) {
        StringBuilder escaped = new StringBuilder();
        for (byte unit : location.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (unit & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || IN_URL.indexOf(c) >= 0);
            escaped.append(plain ? String.valueOf(c) : "%" + HexFormat.of().withUpperCase().toHexDigits(unit));
        }
        return escaped.toString();
    }

    boolean sameOrigin(ContextUrl other) {
        return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
    }

    /** {@return path and query, as they go into the request line} */
    String pathAndQuery() {
        return query == null ? path : path + "?" + query;
    }

    /** {@return scheme, host and port, as the beginning of a URL} */
    String origin() {
        return scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** {@return what may be shown of it} */
    RedactedUrl redacted() {
        boolean ownPort = port == ("https".equals(scheme) ? 443 : 80);
        String shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return RedactedUrl.of(scheme + "://" + shownHost + (port < 0 || ownPort ? "" : ":" + port) + path);
    }

    /** {@return the same as {@link #redacted}, since records print every part of themselves otherwise} */
    @Override
    public String toString() {
        return redacted().toString();
    }
}
