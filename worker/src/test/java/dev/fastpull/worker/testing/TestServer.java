package dev.fastpull.worker.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server on 127.0.0.1 that says, byte by byte, what a test makes it say, and remembers what it was asked. */
public final class TestServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Handler handler;
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /**
     * One request.
     *
     * @param number its number, from 0
     * @param target the target as it stands in the request line
     * @param headers its headers, with names in lower case
     */
    public record Request(int number, String target, Map<String, String> headers) {
        /** {@return a header's value, empty where it was not sent} */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /** Answers a request; the connection is closed when it returns. */
    @FunctionalInterface
    public interface Handler {
        /** Writes the answer, its head included. */
        void answer(Request request, OutputStream out) throws IOException, InterruptedException;
    }

    private TestServer(ServerSocket socket, Handler handler) {
        this.socket = socket;
        this.handler = handler;
    }

    /** {@return a server on a free port} */
    public static TestServer start(Handler handler) throws IOException {
        return start(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    }

    /** {@return a server on this socket, which may speak TLS} */
    public static TestServer start(ServerSocket socket, Handler handler) {
        TestServer server = new TestServer(socket, handler);
        Thread.startVirtualThread(server::accept);
        return server;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.startVirtualThread(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = in.readLine();
            if (line == null) {
                return;
            }
            Map<String, String> headers = new TreeMap<>();
            for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                int colon = header.indexOf(':');
                headers.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
            }
            Request request;
            synchronized (requests) {
                request = new Request(requests.size(), line.split(" ", -1)[1], headers);
                requests.add(request);
            }
            handler.answer(request, connection.getOutputStream());
            connection.getOutputStream().flush();
        } catch (IOException e) {
            // The client went away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends the head of an answer; each header is {@code Name: value}. */
    public static void head(OutputStream out, String status, String... headers) throws IOException {
        String text = "HTTP/1.1 " + status + "\r\n" + String.join("", List.of(headers).stream().map(h -> h + "\r\n")
                .toList()) + "Connection: close\r\n\r\n";
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a whole answer. */
    public static void ok(OutputStream out, byte[] body, String... headers) throws IOException {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Length: " + body.length;
        head(out, "200 OK", all);
        out.write(body);
    }

    /** {@return the port} */
    public int port() {
        return socket.getLocalPort();
    }

    /** {@return the URL of a path on this server} */
    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** {@return what it was asked so far} */
    public List<Request> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
