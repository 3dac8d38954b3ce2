package dev.fastpull.worker.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.LockableServiceSupport;

/**
 * Two ActiveMQ Classic brokers on one store, each in a process of its own: whoever has the store's lock serves, the other
 * one waits for it and listens to nobody.
 */
public final class StandbyPair implements AutoCloseable {
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final int port;
    private final int standbyPort;
    private final JavaChild master;
    private final JavaChild standby;

    private StandbyPair(Path folder, int port, int standbyPort) throws IOException {
        this.port = port;
        this.standbyPort = standbyPort;
        this.master = serve(folder, "master", port);
        try {
            Ports.awaitListener(port, master.handle());
            this.standby = serve(folder, "standby", standbyPort);
        } catch (IOException | RuntimeException e) {
            master.close();
            throw e;
        }
    }

    /** What a child does: it waits for the store, and runs a broker on it until it is killed. */
    public static void main(String[] arguments) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setDataDirectory(arguments[0]);
        broker.setUseJmx(false);
        broker.addConnector("tcp://127.0.0.1:" + arguments[1]);
        if (broker.getPersistenceAdapter() instanceof LockableServiceSupport store) {
            store.getLocker().setLockAcquireSleepInterval(LOOK_AGAIN_MILLIS);
        }
        broker.start();
        new CountDownLatch(1).await();
    }

    /** {@return two brokers, the first of which serves} */
    public static StandbyPair start(Path folder) throws IOException {
        return new StandbyPair(Files.createDirectories(folder), Ports.free(), Ports.free());
    }

    private static JavaChild serve(Path folder, String name, int port) throws IOException {
        return JavaChild.start(StandbyPair.class.getName(), Map.of(), folder.resolve(name + ".log"),
                List.of(folder.resolve("messages").toString(), Integer.toString(port)));
    }

    /** {@return the address of the one that serves first} */
    public URI master() {
        return URI.create("tcp://127.0.0.1:" + port);
    }

    /** {@return the address of the one that takes over} */
    public URI standby() {
        return URI.create("tcp://127.0.0.1:" + standbyPort);
    }

    /** Ends the one that serves as {@code kill -9} does. */
    public void killMaster() {
        master.kill();
    }

    @Override
    public void close() {
        master.close();
        standby.close();
    }
}
