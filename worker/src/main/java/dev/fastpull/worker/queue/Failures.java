package dev.fastpull.worker.queue;

import jakarta.jms.JMSException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What to say of an exception in a log of one line per fact. */
public final class Failures {
    private Failures() {}

    /**
     * The message of what was at the bottom of it. Those above quote the broker's URL, whose options may hold a
     * password.
     *
     * @param failure the exception
     * @return one line, without what may be secret in a URL
     */
    public static String inOneLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        String known = message == null ? null : known(root, message);
        if (known != null) {
            return known;
        }
        String name = root.getClass().getSimpleName();
        // These are this service's own words.
        if (message != null && root.getClass() == JMSException.class) {
            return message.lines().findFirst().orElse(name);
        }
        return message == null ? name : (name + ": " + message).lines().findFirst().orElse(name);
    }

    /** {@return what to do, where the words of the libraries do not say} */
    private static @Nullable String known(Throwable root, String message) {
        // The latter where an authority of the same name is trusted.
        if (root instanceof CertPathBuilderException || root instanceof SignatureException) {
            return "the broker's certificate comes from no authority that is trusted here; name that authority's PEM file"
                    + " with --broker-ca";
        }
        if (root instanceof CertificateException && message.startsWith("No ")) {
            return "the broker's certificate is for another host: " + message;
        }
        if (root instanceof SSLException && message.contains("SSL message")) {
            return "whoever listens there does not speak TLS";
        }
        // Classic's words, and the number that Artemis gives it.
        if (message.contains("or password is invalid") || message.contains("AMQ229031")) {
            return "the broker does not let this user in; see --broker-user and --broker-password-file";
        }
        return null;
    }
}
