package dev.fastpull.worker.registry;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request.
 *
 * @param method the method
 * @param uri the address
 * @param headers the headers beside Authorization
 * @param body the body; null for none
 * @param limit how many bytes of the answer's body are kept
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to the connection, never compared
record HttpCall(String method, URI uri, Map<String, String> headers, byte @Nullable [] body, int limit) {
    /** Error bodies and token answers are small; what comes beyond is cut. */
    static final int SMALL = 64 * 1024;

    static HttpCall of(String method, URI uri) {
        return new HttpCall(method, uri, Map.of(), null, SMALL);
    }

    HttpCall with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpCall(method, uri, more, body, limit);
    }

    HttpCall withBody(String contentType, byte[] bytes) {
        HttpCall typed = with("Content-Type", contentType);
        return new HttpCall(method, uri, typed.headers, bytes, limit);
    }

    HttpCall withLimit(int bytes) {
        return new HttpCall(method, uri, headers, body, bytes);
    }

    /** A PUT moves a tag, and whoever moves one asks before each try whether it still may. */
    boolean isRepeatable() {
        return !method.equals("PUT");
    }

    HttpCall at(URI other) {
        return new HttpCall(method, other, headers, body, limit);
    }

    /** {@return the host with its port where it has one, which is all that messages show: queries may be signed} */
    String host() {
        String authority = uri.getRawAuthority();
        return authority == null ? "" : authority.substring(authority.lastIndexOf('@') + 1);
    }

    /** {@return method and host, as no more may be shown} */
    @Override
    public String toString() {
        return method + " " + host();
    }
}
