package dev.fastpull.worker.testing;

import dev.fastpull.worker.queue.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The embedded broker in a process of its own, on a port that it keeps when it is started again. */
public final class BrokerProcess implements Broker {
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
        return Ports.free();
    }

    @Override
    public URI url() {
        return URI.create("tcp://127.0.0.1:" + port);
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void startAgain() throws IOException {
        process = serve();
    }

    private JavaChild serve() throws IOException {
        var child = JavaChild.start(BrokerProcess.class.getName(), Map.of(), folder.resolve("log"),
                List.of(folder.resolve("messages").toString(), Integer.toString(port)));
        try {
            Ports.awaitListener(port, child.handle());
            return child;
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
