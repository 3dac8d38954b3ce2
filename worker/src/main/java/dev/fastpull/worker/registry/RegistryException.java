package dev.fastpull.worker.registry;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A registry did not do what it was asked. What that means for a build depends on what was asked, so the caller maps the
 * {@link Kind}. It is an {@link IOException}, so that a stream of a blob can throw it too.
 */
public final class RegistryException extends IOException {
    /** What went wrong, in classes that a caller may treat differently. */
    public enum Kind {
        /** The repository, manifest or blob is not there (404). */
        NOT_FOUND,
        /** The credentials at hand, or none, do not suffice (401, 403). */
        UNAUTHORIZED,
        /** The registry wants fewer requests (429). */
        RATE_LIMITED,
        /** It cannot be reached, breaks off, takes too long or answers with an error of its own (5xx). */
        UNAVAILABLE,
        /** The tag exists and may not move. */
        IMMUTABLE,
        /** The answer is not what the protocol allows, or its content is not what its digest says. */
        INVALID,
        /** Docker's configuration or a credential helper on this machine does not work. */
        CREDENTIALS
    }

    private final Kind kind;
    private final int status;
    private final @Nullable String code;
    private final @Nullable Duration retryAfter;

    /** A failure that no answer of the registry's tells. */
    RegistryException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, 0, null, null, cause);
    }

    /**
     * A failure that the registry's answer tells.
     *
     * @param kind its class
     * @param message a sentence that names the registry; never a secret
     * @param status the answer's HTTP status, 0 where there was none
     * @param code the answer's first error code, as in MANIFEST_UNKNOWN; null where it has none
     * @param retryAfter how long the registry wants to be left alone; null where it does not say
     * @param cause what brought it about; null where that is all
     */
    RegistryException(Kind kind, String message, int status, @Nullable String code, @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** {@return the class of the failure} */
    public Kind kind() {
        return kind;
    }

    /** {@return the HTTP status of the registry's answer, 0 where there was none} */
    public int status() {
        return status;
    }

    /** {@return the first error code in the registry's answer, as in MANIFEST_UNKNOWN} */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** {@return whether the registry took the connection, and then did not answer in time} */
    public boolean timedOut() {
        return switch (getCause()) {
            case ConnectTimeoutException _ -> false;
            case SocketTimeoutException _,TimeoutException _ -> true;
            case null, default -> false;
        };
    }

    /** {@return how long the registry wants to be left alone} */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** {@return the message, which is never null here} */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
