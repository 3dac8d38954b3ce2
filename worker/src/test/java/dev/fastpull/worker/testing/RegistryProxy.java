package dev.fastpull.worker.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Stands before a registry that speaks plain HTTP, and is gone for good as soon as it is asked a certain thing. */
public final class RegistryProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final int registryPort;
    private final Predicate<String> last;

    private RegistryProxy(int registryPort, Predicate<String> last) throws IOException {
        this.registryPort = registryPort;
        this.last = last;
    }

    /**
     * {@return a proxy that lets everything through}
     *
     * @param registry the registry
     * @param last says of a piece of what a client sends, such as a request's head, that the registry goes down now
     */
    public static RegistryProxy start(LocalRegistry registry, Predicate<String> last) throws IOException {
        int port = Integer.parseInt(registry.host().substring(registry.host().indexOf(':') + 1));
        var proxy = new RegistryProxy(port, last);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /** {@return its host and port, as in an image's name} */
    public String host() {
        return "localhost:" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket registry = new Socket(InetAddress.getLoopbackAddress(), registryPort);
                sockets.addAll(List.of(client, registry));
                Thread.ofVirtual().start(() -> pump(client, registry, last));
                Thread.ofVirtual().start(() -> pump(registry, client, _ -> false));
            }
        } catch (IOException _) {
            close();
        }
    }

    private void pump(Socket from, Socket to, Predicate<String> end) {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (end.test(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) {
                    close();
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException _) {
            // One end was closed.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
