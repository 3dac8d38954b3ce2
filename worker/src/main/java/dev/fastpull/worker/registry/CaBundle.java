package dev.fastpull.worker.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities to trust: the system's and those of {@code --registry-ca}, as one PEM file for the
 * programs (which take {@code SSL_CERT_FILE} instead of the system's file, not beside it) and for this process.
 */
public final class CaBundle {
    /** Where distributions keep their bundle, in the order in which Go looks (crypto/x509/root_linux.go). */
    private static final List<Path> SYSTEM_BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/pki/tls/cacert.pem"),
            Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private final List<Path> files;

    /** A bundle of the given files after the system's own. */
    CaBundle(List<Path> extra) {
        files = new ArrayList<>();
        Optional.ofNullable(System.getenv("SSL_CERT_FILE"))
                .map(Path::of)
                .or(() -> SYSTEM_BUNDLES.stream().filter(Files::isReadable).findFirst())
                .ifPresent(files::add);
        files.addAll(extra);
    }

    /**
     * Writes the bundle that children are pointed to.
     *
     * @param config the configuration with the extra files
     * @param target the file to write, which is replaced
     * @throws IOException where a file cannot be read or the target cannot be written
     */
    public static void write(RegistryConfig config, Path target) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (Path file : new CaBundle(config.caFiles()).files) {
            bytes.write(Files.readAllBytes(file));
            bytes.write('\n');
        }
        Files.write(target, bytes.toByteArray());
    }

    /** {@return what is wrong with {@code file} as a file of certificates, a sentence; empty where nothing is} */
    static Optional<String> check(Path file) {
        try {
            return certificates(file).isEmpty() ? Optional.of(complaint(file)) : Optional.empty();
        } catch (IOException e) {
            return Optional.of("--registry-ca " + file + ": the file cannot be read.");
        } catch (CertificateException e) {
            return Optional.of(complaint(file));
        }
    }

    private static String complaint(Path file) {
        return "--registry-ca " + file + ": the file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).";
    }

    /**
     * A TLS context that trusts what Java trusts by itself and the bundle.
     *
     * @throws IOException where the bundle cannot be read; a message says which file
     */
    SSLContext tls() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate certificate : javaTrust().getAcceptedIssuers()) {
                store.setCertificateEntry("java-" + store.size(), certificate);
            }
            for (Path file : files) {
                addAll(store, file);
            }
            TrustManagerFactory factory = trust(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static void addAll(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try {
            for (Certificate certificate : certificates(file)) {
                store.setCertificateEntry("file-" + store.size(), certificate);
            }
        } catch (IOException | CertificateException e) {
            throw new IOException("cannot read the certificates in " + file, e);
        }
    }

    private static X509TrustManager javaTrust() throws GeneralSecurityException {
        for (var manager : trust(null).getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this Java has no X.509 trust manager");
    }

    // A null store stands for the JVM's own.
    private static TrustManagerFactory trust(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, CertificateException {
        byte[] bytes = Files.readAllBytes(file);
        return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN")
                ? CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))
                : List.of();
    }
}
