package dev.fastpull.worker.queue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS to brokers: whom to trust, and why it does not come about. */
final class BrokerTls {
    private BrokerTls() {}

    /** {@return whether this address is spoken to in TLS} */
    static boolean isFor(URI url) {
        return url.getScheme().toLowerCase(Locale.ROOT).endsWith("ssl");
    }

    /** {@return what trusts the authorities in a PEM file, and nobody else} */
    static TrustManager[] trusting(Path authorities) throws IOException {
        try (InputStream in = Files.newInputStream(authorities)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificates can be read from " + authorities, e);
        }
    }

    /**
     * Connects, and shakes hands where the address is spoken to in TLS, for the sake of the exception: it says what is
     * wrong, if anything is.
     */
    static void tryOut(URI url, int port, @Nullable Path authorities, int limitMillis) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(url.getHost(), port), limitMillis);
            plain.setSoTimeout(limitMillis);
            if (isFor(url)) {
                shakeHands(plain, url.getHost(), port, authorities);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java runtime has no TLS", e);
        }
    }

    private static void shakeHands(Socket plain, String host, int port, @Nullable Path authorities)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, authorities == null ? null : trusting(authorities), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            // The host's name is checked as a browser does (RFC 2818).
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        } catch (SocketTimeoutException _) {
            throw new SSLException("no SSL message came back");
        }
    }
}
