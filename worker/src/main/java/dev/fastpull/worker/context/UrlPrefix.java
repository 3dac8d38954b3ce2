package dev.fastpull.worker.context;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The beginning of URLs, as the operator writes it for {@code --context-allow} and in credentials:
 * {@code http://artifacts.internal:8080/team-a}. Scheme, host and port are compared exactly and the path by whole
 * segments, so that {@code http://host} does not let {@code http://host.evil.example} in, nor {@code /team-a}
 * {@code /team-abc}.
 */
public final class UrlPrefix {
    private final ContextUrl url;
    private final String path;

    private UrlPrefix(ContextUrl url) {
        this.url = url;
        this.path = url.path().endsWith("/") ? url.path().substring(0, url.path().length() - 1) : url.path();
    }

    /**
     * Reads a prefix.
     *
     * @param text scheme, host, port where it is not the scheme's own, and path
     * @return the prefix
     * @throws IllegalArgumentException if {@code text} is no http or https URL, or has user info, a query or dot segments
     */
    public static UrlPrefix parse(String text) {
        ContextUrl url = ContextUrl.parse(text).filter(parsed -> !parsed.scheme().equals("file"))
                .orElseThrow(() -> new IllegalArgumentException(
                        "not a prefix of http or https URLs: " + RedactedUrl.of(text)));
        if (url.query() != null || url.userInfo() != null || text.indexOf('#') >= 0 || climbs(url.path())) {
            throw new IllegalArgumentException("a URL prefix has no user, query, fragment or \"..\": " + url);
        }
        return new UrlPrefix(url);
    }

    /** {@return whether {@code other} begins with this} */
    boolean matches(ContextUrl other) {
        return url.sameOrigin(other) && !climbs(other.path())
                && (other.path().equals(path) || other.path().startsWith(path + "/"));
    }

    /** {@return how long the path is; of two prefixes that match, the longer one is meant} */
    int length() {
        return path.length();
    }

    /**
     * Whether a server may read the path as leading elsewhere than its beginning says: dot segments, also escaped, also
     * escaped twice, also with backslashes.
     */
    private static boolean climbs(String path) {
        String decoded = path;
        for (int i = 0; i < 3; i++) {
            if (List.of(decoded.split("[/\\\\;]", -1)).stream().anyMatch(s -> s.equals("..") || s.equals("."))) {
                return true;
            }
            try {
                // A "+" is itself in a path, but that makes no difference to dots and slashes.
                decoded = URLDecoder.decode(decoded, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
