package dev.fastpull.worker.registry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An answer that has been read to its end.
 *
 * @param status the HTTP status
 * @param headers the headers, by name in lower case
 * @param body the body, cut at the limit that the request had
 */
@SuppressWarnings("ArrayRecordComponent") // read once by whoever asked, never compared
record HttpAnswer(int status, Map<String, List<String>> headers, byte[] body) {
    /** {@return the first header of that name} */
    Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** {@return all headers of that name} */
    List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** {@return whether the status is one of success} */
    boolean ok() {
        return status >= 200 && status < 300;
    }
}
