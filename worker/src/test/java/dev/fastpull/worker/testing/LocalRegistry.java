package dev.fastpull.worker.testing;

import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The real registry on a free port of this machine, with a folder of its own. It can be stopped and started again on the
 * same port, to see what others do meanwhile.
 */
public final class LocalRegistry implements AutoCloseable {
    /** The user whom a registry with a password lets in. */
    public static final String USER = "alice";
    /** That user's password. */
    public static final String PASSWORD = "wonderland";
    /** bcrypt of {@link #PASSWORD}, with cost 5, which is quick. */
    private static final String HTPASSWD = "$2b$05$o445X8delXk3uBbYl5yDk.0Qv/6enQt8.IvLqhzJUvydsJwpXN5C.";

    private static final String LOCAL = "127.0.0.1";

    private final String program;
    private final Path folder;
    private final String address;
    private final int port;
    private Process process;

    private LocalRegistry(String program, Path folder, String address, int port) throws IOException {
        this.program = program;
        this.folder = folder;
        this.address = address;
        this.port = port;
        this.process = serve();
    }

    /** {@return a registry that answers and keeps what it gets in {@code folder}} */
    public static LocalRegistry start(Toolchain toolchain, Path folder) throws IOException {
        return start(toolchain, folder, LOCAL, "", "");
    }

    /** {@return the same, but for {@link #USER} with {@link #PASSWORD} only} */
    public static LocalRegistry startWithPassword(Toolchain toolchain, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path users = folder.resolve("htpasswd");
        Files.writeString(users, USER + ":" + HTPASSWD + "\n");
        return start(toolchain, folder, LOCAL, "", "auth: {htpasswd: {realm: test, path: \"%s\"}}\n".formatted(users));
    }

    /**
     * {@return one under another address of this machine}
     *
     * @param address the address
     * @param certificate what it presents; null for plain HTTP
     */
    public static LocalRegistry startElsewhere(Toolchain toolchain, Path folder, String address,
            @Nullable OwnCertificate certificate) throws IOException {
        String tls = certificate == null
                ? ""
                : ", tls: {certificate: \"%s\", key: \"%s\"}".formatted(certificate.pem(), certificate.key());
        return start(toolchain, folder, address, tls, "");
    }

    private static LocalRegistry start(Toolchain toolchain, Path folder, String address, String tls, String auth)
            throws IOException {
        Files.createDirectories(folder);
        int port = freePort();
        Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
                http: {addr: "%s:%d"%s}
                """.formatted(folder.resolve("data"), address, port, tls) + auth);
        return new LocalRegistry(toolchain.path("registry"), folder, address, port);
    }

    private Process serve() throws IOException {
        Process started = new ProcessBuilder(program, "serve", folder.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .failFast("the registry ended; its log is beside its data", () -> !started.isAlive())
                    .until(this::answers);
        } catch (RuntimeException e) {
            started.destroyForcibly();
            throw e;
        }
        return started;
    }

    /** Ends the program, as if it had crashed; what it holds stays. */
    public void stop() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts the program again after {@link #stop}, with what it held and on the same port. */
    public void startAgain() throws IOException {
        process = serve();
    }

    /** {@return its host and port, as in an image's name} */
    public String host() {
        return (address.equals(LOCAL) ? "localhost" : address) + ":" + port;
    }

    /** Ends it. */
    @Override
    public void close() {
        stop();
    }

    private boolean answers() {
        try (var _ = new Socket(address, port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
