package dev.fastpull.worker.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands before an HTTP server on this machine, such as a registry, and does to each request what it was last told to.
 * Every connection serves one request, so a change counts from the next request on; what hangs already goes on hanging
 * until its client gives up or the proxy is closed.
 */
public final class FaultyProxy implements AutoCloseable {
    /** What a 429 asks to be waited for, in seconds. */
    public static final int RETRY_AFTER_SECONDS = 1;
    /** How much of an answer comes before {@link Fault#HANG_MIDWAY} hangs: its head, and little of a body. */
    private static final int MIDWAY_BYTES = 512;

    /** What is done to a request. */
    public enum Fault {
        /** Nothing: it is passed on. */
        NONE,
        /** It is answered with 500, and the server does not hear of it. */
        ERROR,
        /** It is answered with 429 and a Retry-After. */
        TOO_MANY,
        /** Its connection is reset. */
        RESET,
        /** It is never answered. */
        HANG,
        /** It is passed on, and its answer stops after some hundred bytes. */
        HANG_MIDWAY
    }

    private record Rule(Fault fault, Predicate<String> requests) {}

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<Fault, AtomicInteger> counts = new EnumMap<>(Fault.class);
    private final int port;
    private volatile Rule rule = new Rule(Fault.NONE, _ -> true);

    private FaultyProxy(int port) throws IOException {
        this.port = port;
        for (Fault fault : Fault.values()) {
            counts.put(fault, new AtomicInteger());
        }
    }

    /** {@return a proxy in front of this port of 127.0.0.1 that passes everything on} */
    public static FaultyProxy start(int port) throws IOException {
        var proxy = new FaultyProxy(port);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /** {@return a proxy in front of a registry that passes everything on} */
    public static FaultyProxy start(LocalRegistry registry) throws IOException {
        return start(Integer.parseInt(registry.host().substring(registry.host().indexOf(':') + 1)));
    }

    /** {@return its host and port, as in an image's name} */
    public String host() {
        return "localhost:" + server.getLocalPort();
    }

    /** Does this to every request from now on. */
    public void inject(Fault fault) {
        inject(fault, _ -> true);
    }

    /**
     * Does this from now on to the requests that are meant, and nothing to the others.
     *
     * @param fault what to do
     * @param requests says of a request's first line, as in {@code GET /v2/app/blobs/sha256:… HTTP/1.1}, whether it is
     *        meant
     */
    public void inject(Fault fault, Predicate<String> requests) {
        rule = new Rule(fault, requests);
    }

    /** {@return how many requests this was done to} */
    public int count(Fault fault) {
        return counts.getOrDefault(fault, new AtomicInteger()).get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            close();
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            if (!head.isEmpty()) {
                Rule now = rule;
                Fault fault = now.requests().test(head.substring(0, head.indexOf('\r'))) ? now.fault() : Fault.NONE;
                counts.getOrDefault(fault, new AtomicInteger()).incrementAndGet();
                meet(fault, client, head);
            }
        } catch (IOException _) {
            // The client or the server went away.
        } finally {
            sockets.remove(client);
        }
    }

    private void meet(Fault fault, Socket client, String head) throws IOException {
        switch (fault) {
            case NONE -> pass(client, head, Long.MAX_VALUE);
            case HANG_MIDWAY -> pass(client, head, MIDWAY_BYTES);
            case ERROR -> refuse(client, "500 Internal Server Error", "");
            case TOO_MANY -> refuse(client, "429 Too Many Requests", "Retry-After: " + RETRY_AFTER_SECONDS + "\r\n");
            case RESET -> client.setSoLinger(true, 0);
            case HANG -> discard(client);
        }
    }

    /** {@return a request's head with its empty line; nothing where the connection ends before that} */
    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    /** The server is asked to close after its answer, and says so to the client. */
    private void pass(Socket client, String head, long answerBytes) throws IOException {
        try (var behind = new Socket(InetAddress.getLoopbackAddress(), port)) {
            sockets.add(behind);
            String lines = head.substring(0, head.length() - 2).replaceAll("(?i)\r\nconnection:[^\r]*", "");
            String last = lines + "Connection: close\r\n\r\n";
            behind.getOutputStream().write(last.getBytes(StandardCharsets.ISO_8859_1));
            Thread asking = Thread.ofVirtual().start(() -> {
                try (behind) {
                    copy(client, behind, Long.MAX_VALUE);
                } catch (IOException _) {
                    // It is closed either way.
                }
            });
            copy(behind, client, answerBytes);
            if (answerBytes != Long.MAX_VALUE) {
                awaitEnd(asking);
            }
            sockets.remove(behind);
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refuse(Socket client, String status, String header) throws IOException {
        client.getOutputStream().write(("HTTP/1.1 " + status + "\r\n" + header
                + "Content-Length: 0\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        client.shutdownOutput();
        // Closed with bytes unread, the connection would be reset and the answer lost.
        discard(client);
    }

    private static void discard(Socket client) throws IOException {
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static void copy(Socket from, Socket to, long limit) {
        try {
            byte[] buffer = new byte[8192];
            long left = limit;
            while (left > 0) {
                int read = from.getInputStream().read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    return;
                }
                to.getOutputStream().write(buffer, 0, read);
                left -= read;
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
