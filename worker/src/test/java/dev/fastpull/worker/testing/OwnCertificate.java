package dev.fastpull.worker.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that nobody knows: its own authority, for one address.
 *
 * @param pem the certificate, which is also the authority to trust
 * @param key its private key, as PEM
 * @param store both, as PKCS #12
 */
public record OwnCertificate(Path pem, Path key, Path store) {
    /** Of the store and of its key. */
    static final String PASSWORD = "changeit";

    /** {@return a new one for the address, in files in {@code folder}} */
    public static OwnCertificate make(String address, Path folder) throws Exception {
        Files.createDirectories(folder);
        var made = new OwnCertificate(folder.resolve("certificate.pem"), folder.resolve("key.pem"),
                folder.resolve("key.p12"));
        keytool("-genkeypair", "-alias", "r", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:" + address,
                "-ext", "bc=ca:true", "-keystore", made.store.toString());
        keytool("-exportcert", "-rfc", "-alias", "r", "-file", made.pem.toString(), "-keystore",
                made.store.toString());
        byte[] key = made.keys().getKey("r", PASSWORD.toCharArray()).getEncoded();
        Files.writeString(made.key, "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PRIVATE KEY-----\n");
        return made;
    }

    /** {@return what a server presents it with} */
    public SSLContext tls() throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(), null, null);
        return context;
    }

    /** {@return what presents it} */
    public KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keys(), PASSWORD.toCharArray());
        return keys.getKeyManagers();
    }

    private KeyStore keys() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(List.of(arguments));
        line.addAll(List.of("-storepass", PASSWORD));
        RealTools.run(line.toArray(String[]::new));
    }
}
