package dev.fastpull.worker.cli;

import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.process.ChildProcess;
import dev.fastpull.worker.process.Command;
import dev.fastpull.worker.process.ProcessStarter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A registry for a demo.
 *
 * @param process the registry
 * @param host its host and port, as in an image's name
 */
record DemoRegistry(Process process, String host) implements AutoCloseable {
    private static final int TRIES = 200;
    private static final long BETWEEN_TRIES_MS = 50;

    static DemoRegistry start(Toolchain toolchain, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int port = freePort();
        Path config = Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(folder.resolve("data"), port));
        Process process = ProcessStarter.system().start(Command
                .of(List.of(toolchain.path("registry"), "serve", config.toString())).logTo(folder.resolve("log")));
        for (int i = 0; i < TRIES && !listens(port); i++) {
            if (process.waitFor(BETWEEN_TRIES_MS, TimeUnit.MILLISECONDS)) {
                throw new IOException("the registry ended by itself: " + Files.readString(folder.resolve("log")));
            }
        }
        return new DemoRegistry(process, "localhost:" + port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        ChildProcess.end(process);
    }
}
