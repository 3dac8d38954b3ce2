package dev.fastpull.worker.context;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;

/** What went wrong with a connection, in words of our own: those of the libraries may quote URLs. */
final class NetworkFailure {
    private NetworkFailure() {}

    /** {@return whether trying again is useless} */
    static boolean isPermanent(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }

    /** {@return the beginning of a sentence} */
    static String words(IOException e, ContextConfig config) {
        if (isPermanent(e)) {
            return "the server's certificate is not trusted or is for another host; the operator names certificate"
                    + " authorities of their own with --context-ca";
        }
        return switch (e) {
            case ConnectTimeoutException _ -> "no connection within " + config.connectTimeout().toSeconds() + " s";
            case SocketTimeoutException _ -> "the server was silent for " + config.idleTimeout().toSeconds() + " s";
            case UnknownHostException _ -> "the host's name has no address";
            case ConnectException _ -> "the connection is refused";
            case SSLException _ -> "no TLS connection comes about";
            case ClientProtocolException _ -> "the server does not speak HTTP as it should";
            default -> "the connection broke off";
        };
    }
}
