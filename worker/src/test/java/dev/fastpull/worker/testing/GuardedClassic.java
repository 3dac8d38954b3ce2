package dev.fastpull.worker.testing;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.SslBrokerService;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.security.AuthenticationUser;
import org.apache.activemq.security.SimpleAuthenticationPlugin;

/** ActiveMQ Classic in this process, which is spoken to in TLS and asks for a password. */
public final class GuardedClassic implements AutoCloseable {
    private final SslBrokerService broker = new SslBrokerService();
    private final int port;

    /** A running broker that lets in {@link ArtemisProcess#USER} with {@link ArtemisProcess#PASSWORD}. */
    public GuardedClassic(OwnCertificate certificate) throws Exception {
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setPlugins(new BrokerPlugin[]{new SimpleAuthenticationPlugin(
                List.of(new AuthenticationUser(ArtemisProcess.USER, ArtemisProcess.PASSWORD, "users")))});
        TransportConnector connector = broker.addSslConnector("ssl://127.0.0.1:0", certificate.keyManagers(), null,
                null);
        broker.start();
        port = connector.getServer().getSocketAddress().getPort();
    }

    /** {@return its address, by this name of this machine} */
    public URI tlsUrl(String host) {
        return URI.create("ssl://" + host + ":" + port);
    }

    @Override
    public void close() throws IOException {
        try {
            broker.stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
