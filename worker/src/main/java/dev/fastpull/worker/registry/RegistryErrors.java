package dev.fastpull.worker.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Makes exceptions out of what registries answer, and out of connections that fail. */
final class RegistryErrors {
    /** Longer sentences of a registry's are cut; they end up in events. */
    private static final int MAX_TEXT = 300;
    /**
     * The words in which registries say that a tag may not move. There is no code for it: ECR says TAG_INVALID (400),
     * Artifact Registry MANIFEST_INVALID (400), Harbor PRECONDITION (412), Docker Hub DENIED (403), and all of them have
     * "immutable" or "immutability" in their text. Artifactory speaks of overwriting, and Azure's locked tags are a
     * "disallowed" operation.
     */
    private static final Pattern IMMUTABLE = Pattern.compile(
            "immutab|overwrit|operation is disallowed on this registry, repository or image",
            Pattern.CASE_INSENSITIVE);

    private RegistryErrors() {}

    /**
     * {@return whether the answer to the PUT of a manifest says that its tag exists and may not move}
     *
     * @param status the HTTP status
     * @param code the error code, empty where there is none
     * @param message what the registry says, empty where it says nothing
     */
    static boolean isImmutable(int status, String code, String message) {
        boolean refusal = status >= 400 && status < 500 && status != 401 && status != 404 && status != 429;
        return refusal && (status == 412 || IMMUTABLE.matcher(code + " " + message).find());
    }

    /**
     * The exception for an answer that is no success.
     *
     * @param what what was asked of whom, as in {@code registry.example.com, asked for team/app:v1,}
     * @param answer the answer
     * @param putsManifest whether a manifest was put, and so an immutable tag may be the reason
     */
    static RegistryException of(String what, HttpAnswer answer, boolean putsManifest) {
        int status = answer.status();
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        JsonNode error = firstError(body);
        String code = printable(error.path("code").asText(""));
        String said = printable(error.path("message").asText(""));
        // Go's own answer to HTTP on a TLS port is text; so are those of proxies, which are pages and not repeated.
        if (status == 400 && body.contains("HTTP request to an HTTPS server")) {
            return new RegistryException(Kind.UNAVAILABLE, what + " speaks https only: take it out of"
                    + " --insecure-registry.", status, null, null, null);
        }
        Kind kind = putsManifest && isImmutable(status, code, said) ? Kind.IMMUTABLE : kind(status);
        String detail = (code + (code.isEmpty() || said.isEmpty() ? "" : ": ") + said).strip();
        return new RegistryException(kind, what + " answered " + status + (detail.isEmpty() ? "" : " " + detail)
                + (detail.endsWith(".") ? "" : "."), status, code.isEmpty() ? null : code, retryAfter(answer), null);
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401, 403 -> Kind.UNAUTHORIZED;
            case 404 -> Kind.NOT_FOUND;
            case 429 -> Kind.RATE_LIMITED;
            case 408 -> Kind.UNAVAILABLE;
            default -> status >= 500 ? Kind.UNAVAILABLE : Kind.INVALID;
        };
    }

    /** {@return the exception for a connection to {@code host} that failed} */
    static RegistryException of(String host, IOException e) {
        if (e instanceof RegistryException known) {
            return known;
        }
        String problem = switch (e) {
            case UnknownHostException _ -> "no such host; check the name, and DNS on the worker";
            case SSLPeerUnverifiedException _ -> "its certificate is for another host";
            case SSLException tls -> tlsProblem(host, tls);
            case SocketTimeoutException _ -> "it did not answer in time";
            case InterruptedIOException _ -> "it did not answer in time";
            case ConnectException _ -> "no connection: " + printable(String.valueOf(e.getMessage()));
            default -> "the connection broke: " + printable(String.valueOf(e.getMessage()));
        };
        return new RegistryException(Kind.UNAVAILABLE, "The registry " + host + " cannot be reached: " + problem + ".",
                e);
    }

    private static String tlsProblem(String host, SSLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Unsupported or unrecognized SSL message")) {
            return "it speaks plain HTTP where https was expected; where that is meant, start the worker with"
                    + " --insecure-registry " + host;
        }
        if (message.contains("PKIX") || message.contains("certificate")) {
            return "its certificate is not trusted (" + printable(message) + "); where it is signed by an authority of"
                    + " your own, name that with --registry-ca FILE";
        }
        return "TLS failed (" + printable(message) + ")";
    }

    private static JsonNode firstError(String body) {
        try {
            JsonNode json = new ObjectMapper().readTree(body);
            JsonNode first = json.path("errors").path(0);
            // Token servers of some clouds have the error at the top.
            return first.isMissingNode() ? json : first;
        } catch (JacksonException e) {
            return new ObjectMapper().createObjectNode();
        }
    }

    /** {@return the wait that a Retry-After header in seconds asks for; null where there is none} */
    private static @Nullable Duration retryAfter(HttpAnswer answer) {
        String value = answer.header("Retry-After").orElse("");
        return value.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(value)) : null;
    }

    /** {@return the text on one line, without control characters, cut where it is long} */
    static String printable(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "…";
    }
}
