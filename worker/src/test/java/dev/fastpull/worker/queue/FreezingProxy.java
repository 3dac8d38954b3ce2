package dev.fastpull.worker.queue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands before a broker and can stop passing bytes on, as a network does that has lost its way, without closing. */
final class FreezingProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<AtomicBoolean> frozen = new CopyOnWriteArrayList<>();

    private final String scheme;

    FreezingProxy(URI target) throws IOException {
        scheme = target.getScheme();
        Thread.ofVirtual().start(() -> acceptAll(target));
    }

    URI url(String options) {
        return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + "?" + options);
    }

    /** Freezes the connections there are; later ones get through. */
    void freeze() {
        frozen.forEach(connection -> connection.set(true));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void acceptAll(URI target) {
        try {
            while (true) {
                Socket outer = server.accept();
                sockets.add(outer);
                Socket inner = new Socket(target.getHost(), target.getPort());
                sockets.add(inner);
                AtomicBoolean stop = new AtomicBoolean();
                frozen.add(stop);
                Thread.ofVirtual().start(() -> pump(outer, inner, stop));
                Thread.ofVirtual().start(() -> pump(inner, outer, stop));
            }
        } catch (IOException e) {
            // The proxy or the broker was closed.
        }
    }

    private static void pump(Socket from, Socket to, AtomicBoolean stop) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!stop.get()) {
                    out.write(buffer, 0, read);
                }
            }
            if (!stop.get()) {
                to.close();
            }
        } catch (IOException e) {
            // One end was closed.
        }
    }
}
