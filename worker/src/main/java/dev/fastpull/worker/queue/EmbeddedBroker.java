package dev.fastpull.worker.queue;

import dev.fastpull.messages.Destinations;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.LockableServiceSupport;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.policy.ConstantPendingMessageLimitStrategy;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ActiveMQ Classic broker within this process, for one machine: it listens on 127.0.0.1 only, keeps what it is given
 * in a folder, and asks nobody for a password.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String HOST = "127.0.0.1";
    private static final long MIB = 1024L * 1024;
    /** Of the heap; what does not fit is on disk anyway. */
    private static final long MEMORY_LIMIT = 32 * MIB;
    /** Some 100,000 events that nobody fetches. Beyond it, sending waits until there is room. */
    private static final long STORE_LIMIT = 1024 * MIB;
    private static final long TEMP_LIMIT = 64 * MIB;
    private static final int MISSED_NEWS_LIMIT = 5_000;

    private final BrokerService broker;
    private final URI url;

    private EmbeddedBroker(BrokerService broker, URI url) {
        this.broker = broker;
        this.url = url;
    }

    /**
     * Starts a broker and waits until it accepts connections.
     *
     * @param folder where requests and events are kept; made where it does not exist
     * @param port the port; 0 for any that is free
     * @return the running broker
     * @throws IOException if the folder is in use by another broker, or cannot be written, or the port is taken
     */
    public static EmbeddedBroker start(Path folder, int port) throws IOException {
        Files.createDirectories(folder);
        BrokerService broker = new BrokerService();
        try {
            configure(broker, folder);
            TransportConnector connector = broker.addConnector("tcp://" + HOST + ":" + port);
            broker.start();
            if (!broker.waitUntilStarted()) {
                throw new IOException("it stopped while it started");
            }
            int actual = connector.getServer().getSocketAddress().getPort();
            log.info("The embedded broker listens on {}:{} and keeps its messages in {}", HOST, actual, folder);
            return new EmbeddedBroker(broker, URI.create("tcp://" + HOST + ":" + actual));
        } catch (Exception e) {
            stop(broker);
            throw new IOException("The embedded broker cannot start with folder " + folder + " on port " + port + ": "
                    + Failures.inOneLine(e), e);
        }
    }

    /** {@return the address to connect to} */
    public URI url() {
        return url;
    }

    /** Stops it; what was sent persistently is there again when a broker is started with the same folder. */
    @Override
    public void close() {
        stop(broker);
    }

    private static void configure(BrokerService broker, Path folder) throws Exception {
        broker.setBrokerName("fastpull");
        broker.setDataDirectoryFile(folder.toFile());
        broker.setPersistent(true);
        broker.setDeleteAllMessagesOnStartup(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setSchedulerSupport(false);
        // Clients with the usual settings learn from advisories which temporary queues there are.
        broker.setAdvisorySupport(true);
        broker.getSystemUsage().getMemoryUsage().setLimit(MEMORY_LIMIT);
        broker.getSystemUsage().getStoreUsage().setLimit(STORE_LIMIT);
        broker.getSystemUsage().getTempUsage().setLimit(TEMP_LIMIT);
        broker.setDestinationPolicy(policies());
        broker.setPlugins(new BrokerPlugin[]{NeverExpires::new});
        if (broker.getPersistenceAdapter() instanceof LockableServiceSupport store) {
            // Otherwise a second broker on the same folder waits for ever without a word.
            store.getLocker().setFailIfLocked(true);
        }
    }

    private static PolicyMap policies() {
        PolicyEntry topics = new PolicyEntry();
        topics.setTopic(">");
        // A listener that does not read must not hold up those who send; it misses the oldest news.
        topics.setProducerFlowControl(false);
        ConstantPendingMessageLimitStrategy limit = new ConstantPendingMessageLimitStrategy();
        limit.setLimit(MISSED_NEWS_LIMIT);
        topics.setPendingMessageLimitStrategy(limit);
        PolicyMap policies = new PolicyMap();
        policies.setPolicyEntries(List.of(topics));
        return policies;
    }

    private static void stop(BrokerService broker) {
        try {
            broker.stop();
            broker.waitUntilStopped();
        } catch (Exception e) {
            log.warn("The embedded broker did not stop cleanly: {}", Failures.inOneLine(e));
        }
    }

    /**
     * Takes the time to live off every message for a lasting queue: a request that expired here would vanish without an
     * event. A request has a deadline of its own. The wish to cancel one, or a note about it, is of no use for ever, and
     * expires.
     */
    private static final class NeverExpires extends BrokerFilter {
        private static final Set<String> EXPIRING = Set.of(Destinations.CANCELS, Destinations.NOTES);

        NeverExpires(Broker next) {
            super(next);
        }

        @Override
        public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
            if (message.getDestination().isQueue() && !message.getDestination().isTemporary()
                    && !EXPIRING.contains(message.getDestination().getPhysicalName())) {
                message.setExpiration(0);
            }
            super.send(exchange, message);
        }
    }
}
