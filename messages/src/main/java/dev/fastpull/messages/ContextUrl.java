package dev.fastpull.messages;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The grammar of a context's URL. Nothing of the URL is repeated in a message: it may hold a password or signature. */
final class ContextUrl {
    private ContextUrl() {}

    /** {@return the same text}; throws {@link InvalidValueException} where it is no URL of http, https or file. */
    static String check(String text) {
        RequestGrammar.checkLength(text, RequestLimits.URL_CHARACTERS);
        URI url = parse(text);
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        switch (scheme) {
            case "http", "https" -> checkHttp(url);
            case "file" -> checkFile(url);
            default -> throw new InvalidValueException("must be a URL that begins with https://, http:// or file:///");
        }
        if (url.getRawFragment() != null) {
            throw new InvalidValueException("must not have a # part; a folder in the archive is named by context.path");
        }
        return text;
    }

    private static URI parse(String text) {
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidValueException("holds white space, a control character or one beyond ASCII; "
                    + "write it percent-encoded");
        }
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidValueException(
                    "is no URL: " + e.getReason() + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1)));
        }
    }

    private static void checkHttp(URI url) {
        if (url.getHost() == null) {
            throw new InvalidValueException("has no valid host name; letters, digits, dashes and dots are allowed");
        }
        if (url.getPort() == 0 || url.getPort() > 65535) {
            throw new InvalidValueException("has a port that is not one of 1 to 65535");
        }
    }

    private static void checkFile(URI url) {
        if (url.isOpaque() || url.getRawQuery() != null || !isLocal(url.getRawAuthority())
                || !url.getRawPath().startsWith("/")) {
            throw new InvalidValueException(
                    "must be file:// and an absolute path, as in file:///srv/contexts/app.tar.gz");
        }
    }

    private static boolean isLocal(@Nullable String authority) {
        return authority == null || authority.isEmpty() || authority.equals("localhost");
    }
}
