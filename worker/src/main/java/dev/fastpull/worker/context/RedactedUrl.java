package dev.fastpull.worker.context;

/**
 * A URL as it may stand in messages and logs: scheme, host, port and path. The query and the user info, where presigned
 * URLs and passwords are, never get in here.
 */
public final class RedactedUrl {
    private static final int LONGEST = 300;

    private final String text;

    private RedactedUrl(String text) {
        this.text = text;
    }

    /** {@return the part of {@code url} that may be shown, also where it is no valid URL} */
    public static RedactedUrl of(String url) {
        int end = url.length();
        for (char mark : new char[]{'?', '#'}) {
            int at = url.indexOf(mark);
            end = at >= 0 && at < end ? at : end;
        }
        String shown = url.substring(0, end);
        int scheme = shown.indexOf("://");
        int authority = scheme < 0 ? 0 : scheme + 3;
        int slash = shown.indexOf('/', authority);
        // The last "@" before the path ends the user info. A password with a "/" in it makes the URL invalid, but it
        // must not be shown either; so where there is an "@" anywhere, everything before the last one is dropped,
        // unless it is clearly in the path of a URL that has a plain host.
        int at = shown.lastIndexOf('@');
        if (at >= authority
                && (scheme < 0 || slash < 0 || at < slash || !plainHost(shown.substring(authority, slash)))) {
            shown = shown.substring(0, authority) + shown.substring(at + 1);
        }
        StringBuilder safe = new StringBuilder();
        shown.codePoints().limit(LONGEST).map(c -> Character.isISOControl(c) ? '?' : c).forEach(safe::appendCodePoint);
        return new RedactedUrl(shown.length() > LONGEST ? safe + "…" : safe.toString());
    }

    private static boolean plainHost(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon < 0 || authority.endsWith("]")
                || authority.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        return port && authority.indexOf('@') < 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
