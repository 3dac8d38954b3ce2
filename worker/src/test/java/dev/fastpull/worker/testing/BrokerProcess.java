package dev.fastpull.worker.testing;

import dev.fastpull.worker.queue.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/** The embedded broker in a process of its own, on a port that it keeps when it is started again. */
public final class BrokerProcess implements AutoCloseable {
    private final Path folder;
    private final int port;
    private JavaChild process;

    private BrokerProcess(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = serve();
    }

    /** What the child does: it runs the broker until it is killed. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (var _ = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            new CountDownLatch(1).await();
        }
    }

    /** {@return a broker that answers and keeps its messages in {@code folder}} */
    public static BrokerProcess start(Path folder) throws IOException {
        return new BrokerProcess(Files.createDirectories(folder), freePort());
    }

    /** {@return a port that nobody listens on} */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** {@return its address} */
    public URI url() {
        return URI.create("tcp://127.0.0.1:" + port);
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        process.kill();
    }

    /** Starts it again after {@link #kill}, with what it held. */
    public void startAgain() throws IOException {
        process = serve();
    }

    private JavaChild serve() throws IOException {
        var child = JavaChild.start(BrokerProcess.class.getName(), Map.of(), folder.resolve("log"),
                List.of(folder.resolve("messages").toString(), Integer.toString(port)));
        try {
            Awaitility.await("the broker listens").atMost(Duration.ofSeconds(60))
                    .failFast("the broker ended; its log is in its folder", () -> !child.handle().isAlive())
                    .until(this::listens);
            return child;
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
    }

    private boolean listens() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
