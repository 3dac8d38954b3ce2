package dev.fastpull.worker.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Apache ActiveMQ Artemis from its real distribution, with an instance of its own as {@code artemis create} makes it, in
 * a process of its own. Its settings are those of Artemis, except for the queues {@code few.…}, whose messages are
 * delivered three times at most. Who it lets in without a password may do everything; where it asks for one, there are
 * {@value #USER}, and {@value #GUEST}, who may not ask its management. Both have the password {@value #PASSWORD}.
 */
public final class ArtemisProcess implements Broker {
    /** Who may do everything. */
    public static final String USER = "operator";
    /** Who may send and receive. */
    public static final String GUEST = "builder";
    /** Of both. */
    public static final String PASSWORD = "s3cret";

    private static final String JVM = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.disableJmx=true"
            + " --add-opens java.base/jdk.internal.misc=ALL-UNNAMED --enable-native-access=ALL-UNNAMED";

    private final Path instance;
    private final int port;
    private final int tlsPort;
    private Process process;

    private ArtemisProcess(Path instance, int port, int tlsPort) throws IOException {
        this.instance = instance;
        this.port = port;
        this.tlsPort = tlsPort;
        this.process = serve();
    }

    /** {@return a broker that lets everybody in} */
    public static ArtemisProcess start(Path folder) throws IOException, InterruptedException {
        return start(folder, null);
    }

    /** {@return a broker that asks for a password, and can be spoken to in TLS too} */
    public static ArtemisProcess startGuarded(Path folder, OwnCertificate certificate)
            throws IOException, InterruptedException {
        return start(folder, certificate);
    }

    private static ArtemisProcess start(Path folder, @Nullable OwnCertificate certificate)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path instance = folder.resolve("instance");
        int port = Ports.free();
        int tlsPort = Ports.free();
        create(instance, certificate == null);
        Path etc = instance.resolve("etc");
        String acceptors = acceptor("plain", port, "")
                + (certificate == null
                        ? ""
                        : acceptor("tls", tlsPort, ";sslEnabled=true;keyStoreType=PKCS12;keyStorePassword="
                                + OwnCertificate.PASSWORD + ";keyStorePath=" + certificate.store()));
        replace(etc.resolve("broker.xml"), "(?s)<acceptors>.*</acceptors>", "<acceptors>" + acceptors + "</acceptors>");
        replace(etc.resolve("broker.xml"), "<address-settings>", "<address-settings><address-setting match=\"few.#\">"
                + "<max-delivery-attempts>3</max-delivery-attempts></address-setting>");
        // The settings for everything else let this role do all but ask the management.
        replace(etc.resolve("broker.xml"), "(type=\"[^m][A-Za-z]*\") roles=\"amq\"", "$1 roles=\"amq,build\"");
        replace(etc.resolve("artemis-users.properties"), "\\z", "\n" + GUEST + " = " + PASSWORD + "\n");
        replace(etc.resolve("artemis-roles.properties"), "\\z", "\nbuild = " + GUEST + "\n");
        return new ArtemisProcess(instance, port, tlsPort);
    }

    private static void create(Path instance, boolean open) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("fastpull.artemis"), "bin", "artemis").toString(), "create",
                instance.toString(), "--silent", "--user", USER, "--password", PASSWORD,
                open ? "--allow-anonymous" : "--require-login", "--host", "127.0.0.1", "--no-web", "--no-autotune",
                "--nio", "--no-hornetq-acceptor", "--no-mqtt-acceptor", "--no-stomp-acceptor", "--no-amqp-acceptor"));
        var builder = command(line, instance.resolveSibling("create.log"));
        if (builder.start().waitFor() != 0) {
            throw new IOException(Files.readString(instance.resolveSibling("create.log")));
        }
    }

    private static String acceptor(String name, int port, String options) {
        return "<acceptor name=\"" + name + "\">tcp://127.0.0.1:" + port + "?protocols=CORE,OPENWIRE" + options
                + "</acceptor>";
    }

    private static void replace(Path file, String pattern, String text) throws IOException {
        Files.writeString(file, Pattern.compile(pattern).matcher(Files.readString(file)).replaceAll(text));
    }

    private static ProcessBuilder command(List<String> line, Path log) {
        var builder = new ProcessBuilder(line).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_ARGS", JVM);
        return builder;
    }

    private Process serve() throws IOException {
        // The script ends in an exec, so this process is the broker.
        Process child = command(List.of(instance.resolve("bin/artemis").toString(), "run"),
                instance.resolveSibling("run.log")).start();
        try {
            Ports.awaitListener(port, child.toHandle());
            return child;
        } catch (RuntimeException e) {
            child.destroyForcibly();
            throw e;
        }
    }

    @Override
    public URI url() {
        return URI.create("artemis+tcp://127.0.0.1:" + port);
    }

    /** {@return its address for TLS, by this name of this machine} */
    public URI tlsUrl(String host) {
        return URI.create("artemis+ssl://" + host + ":" + tlsPort);
    }

    /** {@return its address for clients of ActiveMQ Classic} */
    public URI openWireUrl() {
        return URI.create("tcp://127.0.0.1:" + port);
    }

    @Override
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void startAgain() throws IOException {
        process = serve();
    }

    @Override
    public void close() {
        kill();
    }
}
