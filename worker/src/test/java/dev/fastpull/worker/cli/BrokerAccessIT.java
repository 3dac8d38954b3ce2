package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.BrokerConnector;
import dev.fastpull.worker.queue.Credentials;
import dev.fastpull.worker.queue.Failures;
import dev.fastpull.worker.testing.ArtemisProcess;
import dev.fastpull.worker.testing.CapturedLog;
import dev.fastpull.worker.testing.GuardedClassic;
import dev.fastpull.worker.testing.OwnCertificate;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS and passwords, with both kinds of brokers. */
class BrokerAccessIT {
    private static final Credentials RIGHT = new Credentials(ArtemisProcess.USER, ArtemisProcess.PASSWORD);

    @TempDir
    static Path folder;

    private static OwnCertificate certificate;
    private static OwnCertificate another;
    private static GuardedClassic classic;
    private static ArtemisProcess artemis;

    /** The two kinds. */
    enum Kind {
        CLASSIC, ARTEMIS;

        /** Its address; the certificate is for 127.0.0.1 only. */
        URI url(String host) {
            return this == CLASSIC ? classic.tlsUrl(host) : artemis.tlsUrl(host);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        certificate = OwnCertificate.make("127.0.0.1", folder.resolve("certificate"));
        another = OwnCertificate.make("127.0.0.1", folder.resolve("another"));
        classic = new GuardedClassic(certificate);
        artemis = ArtemisProcess.startGuarded(folder.resolve("artemis"), certificate);
    }

    @AfterAll
    static void end() throws Exception {
        artemis.close();
        classic.close();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void letsInWhoHasTheRightPasswordAndTrustsTheRightAuthority(Kind kind) throws Exception {
        try (Connection connection = connect(kind.url("127.0.0.1"), RIGHT, certificate.pem())) {
            connection.start();
            new BrokerConnector(null).check(connection, Destinations.REQUESTS, 5);
            Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            session.createProducer(session.createQueue("q")).send(session.createTextMessage("r1"));
            session.commit();
            assertThat(session.createConsumer(session.createQueue("q")).receive(10_000)).isNotNull();
            session.commit();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void saysThatThePasswordIsWrong(Kind kind) {
        assertThat(failure(kind.url("127.0.0.1"), new Credentials(ArtemisProcess.USER, "hunter2"), certificate.pem()))
                .isEqualTo("the broker does not let this user in; see --broker-user and --broker-password-file");
        assertThat(failure(kind.url("127.0.0.1"), null, certificate.pem()))
                .isEqualTo("the broker does not let this user in; see --broker-user and --broker-password-file");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void saysThatTheAuthorityIsUnknown(Kind kind) {
        String said = "the broker's certificate comes from no authority that is trusted here; name that authority's PEM"
                + " file with --broker-ca";
        assertThat(failure(kind.url("127.0.0.1"), RIGHT, null)).isEqualTo(said);
        assertThat(failure(kind.url("127.0.0.1"), RIGHT, another.pem())).contains("authority", "--broker-ca");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void saysThatTheCertificateIsForAnotherHost(Kind kind) {
        assertThat(failure(kind.url("localhost"), RIGHT, certificate.pem()))
                .startsWith("the broker's certificate is for another host: No ").contains("localhost");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void submitSaysItInOneLine(Kind kind) throws Exception {
        Fastpull.Result result = Fastpull.run(folder, Map.of("FASTPULL_BROKER_PASSWORD", "hunter2"), "submit",
                "--broker",
                kind.url("127.0.0.1").toString(), "--broker-user", ArtemisProcess.USER, "--broker-ca",
                certificate.pem().toString(), "-t", "localhost/app:v1", "https://example.com/app.tar.gz");
        assertThat(result.exitCode()).as(result.err()).isEqualTo(3);
        assertThat(result.err().lines().filter(line -> line.startsWith("fastpull: "))).singleElement().asString()
                .startsWith("fastpull: no broker takes the request: " + kind.url("127.0.0.1"))
                .endsWith("the broker does not let this user in; see --broker-user and --broker-password-file");
        assertThat(result.err()).doesNotContain("hunter2", "\tat ");
    }

    /** Who may not ask the management hears so, and works. */
    @Test
    void warnsWhereTheSettingsCannotBeLookedUp() throws Exception {
        try (CapturedLog log = CapturedLog.start();
                Connection connection = connect(artemis.url(),
                        new Credentials(ArtemisProcess.GUEST, ArtemisProcess.PASSWORD), null)) {
            connection.start();
            new BrokerConnector(null).check(connection, Destinations.REQUESTS, 50);
            assertThat(log.text()).contains("Cannot look up max-delivery-attempts of queue " + Destinations.REQUESTS,
                    "see to it that it is -1 or larger than --max-attempts");
        }
    }

    @Test
    void warnsOfArtemisBehindAnAddressOfClassic() throws Exception {
        try (CapturedLog log = CapturedLog.start();
                Connection connection = connect(artemis.openWireUrl(), RIGHT, null)) {
            connection.start();
            new BrokerConnector(null).check(connection, Destinations.REQUESTS, 5);
            assertThat(log.text()).contains("The broker is Artemis", "write artemis+tcp://HOST:PORT instead");
        }
    }

    private static Connection connect(URI url, @Nullable Credentials credentials,
            @Nullable Path authorities) throws JMSException {
        return new BrokerConnector(new BrokerAccess(credentials, authorities)).connect(url, Duration.ofSeconds(10));
    }

    private static String failure(URI url, @Nullable Credentials credentials,
            @Nullable Path authorities) {
        return Failures.inOneLine(catchThrowableOfType(JMSException.class, () -> {
            try (Connection connection = connect(url, credentials, authorities)) {
                // Classic shakes hands only now.
                connection.start();
            }
        }));
    }
}
