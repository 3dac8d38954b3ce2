package dev.fastpull.worker.testing;

import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The real registry on a free port of this machine, with a folder of its own. */
public final class LocalRegistry implements AutoCloseable {
    private final Process process;
    private final int port;

    private LocalRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** {@return a registry that answers and keeps what it gets in {@code folder}} */
    public static LocalRegistry start(Toolchain toolchain, Path folder) throws IOException {
        Files.createDirectories(folder);
        int port = freePort();
        Path config = folder.resolve("config.yml");
        Files.writeString(config, """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(folder.resolve("data"), port));
        Process process = new ProcessBuilder(toolchain.path("registry"), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var registry = new LocalRegistry(process, port);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(registry::answers);
        return registry;
    }

    /** {@return its host and port, as in an image's name} */
    public String host() {
        return "localhost:" + port;
    }

    /** Ends it. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private boolean answers() {
        try {
            var connection = (HttpURLConnection) URI.create("http://" + host() + "/v2/").toURL().openConnection();
            return connection.getResponseCode() < 500;
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
