package dev.fastpull.worker.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes TLS trust the operator's certificate authorities besides those of the Java runtime. */
final class TrustedCertificates {
    private TrustedCertificates() {}

    /**
     * Reads certificates.
     *
     * @param pemFiles files with one or several certificates each
     * @return a TLS context for clients
     * @throws IllegalArgumentException if a file cannot be read or holds no certificate
     */
    static SSLContext with(List<Path> pemFiles) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager x509) {
                    for (X509Certificate authority : x509.getAcceptedIssuers()) {
                        trusted.setCertificateEntry("system-" + trusted.size(), authority);
                    }
                }
            }
            for (Path file : pemFiles) {
                for (Certificate authority : certificates(file)) {
                    trusted.setCertificateEntry("operator-" + trusted.size(), authority);
                }
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(trusted), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the Java runtime cannot make a TLS context", e);
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore trusted)
            throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("no readable PEM certificates in " + file, e);
        }
        throw new IllegalArgumentException("no PEM certificates in " + file);
    }
}
