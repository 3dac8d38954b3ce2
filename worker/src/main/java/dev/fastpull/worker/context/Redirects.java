package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects, each under the same rules as the first URL. A credential stays with the origin it is for: a server
 * that redirects elsewhere, even to another port, does not get it sent there.
 *
 * @param access sends the requests
 * @param most how many redirects are followed
 */
record Redirects(HttpAccess access, int most) {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** An answer that is no redirect, and the URL that it came from. */
    record Answer(ContextUrl url, HttpAccess.Open open) implements AutoCloseable {
        ClassicHttpResponse response() {
            return open.response();
        }

        @Nullable
        String header(String name) {
            Header header = response().getFirstHeader(name);
            return header == null ? null : header.getValue();
        }

        @Override
        public void close() {
            open.drop();
        }
    }

    Answer get(ContextUrl first, @Nullable Credential credential, Map<String, String> headers)
            throws BuildException, IOException {
        ContextUrl url = first;
        for (int hops = 0; hops <= most; hops++) {
            Map<String, String> sent = new HashMap<>(headers);
            if (credential != null && url.sameOrigin(first) && credential.prefix().matches(url)) {
                sent.put(credential.header(), credential.value());
            }
            Answer answer = new Answer(url, access.get(url, sent));
            String location = answer.header("Location");
            if (!REDIRECTS.contains(answer.response().getCode()) || location == null) {
                return answer;
            }
            answer.close();
            ContextUrl from = url;
            url = url.redirect(location)
                    .orElseThrow(() -> new BuildException(FailureReason.CONTEXT_UNAVAILABLE, "The context's URL " + from
                            + " redirects to what is no http or https URL."));
        }
        throw new BuildException(FailureReason.CONTEXT_UNAVAILABLE, "The context's URL " + first
                + " redirects more than " + most + " times, the last time to " + url + ".");
    }
}
