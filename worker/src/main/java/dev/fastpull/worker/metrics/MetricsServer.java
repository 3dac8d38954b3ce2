package dev.fastpull.worker.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A small HTTP server for Prometheus and for whoever starts and stops workers: {@code /metrics}, {@code /livez} and
 * {@code /readyz}, by GET or HEAD, and nothing else.
 */
public final class MetricsServer implements AutoCloseable {
    /** The Prometheus text format, what is served unless OpenMetrics is asked for. */
    public static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    /** OpenMetrics, which Prometheus asks for. */
    public static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final int BACKLOG = 16;
    private static final int MAX_AT_ONCE = 8;

    private final HttpServer server;
    // A client that sends its request slowly holds a virtual thread and nothing else.
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore answering = new Semaphore(MAX_AT_ONCE);
    private final UnaryOperator<String> scrape;
    private final Supplier<List<String>> notReady;

    private record Reply(int status, String contentType, String body) {}

    private MetricsServer(HttpServer server, UnaryOperator<String> scrape, Supplier<List<String>> notReady) {
        this.server = server;
        this.scrape = scrape;
        this.notReady = notReady;
    }

    /**
     * Starts to listen.
     *
     * @param address where; port 0 for any that is free
     * @param scrape writes the metrics in the format it is given, see {@link PrometheusMetrics#scrape}
     * @param notReady why the worker could not take a request now, one sentence each; empty if it could
     * @return the running server
     * @throws IOException if the address is taken or not of this machine
     */
    public static MetricsServer start(InetSocketAddress address, UnaryOperator<String> scrape,
            Supplier<List<String>> notReady) throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException("Cannot serve metrics at " + address.getHostString() + ":" + address.getPort() + " ("
                    + e.getMessage() + "); choose another address with --http", e);
        }
        MetricsServer server = new MetricsServer(http, scrape, notReady);
        http.setExecutor(server.threads);
        http.createContext("/", server::answer);
        http.start();
        return server;
    }

    /** {@return where it listens} */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Stops at once. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, new Reply(405, PLAIN, "only GET and HEAD\n"), false);
            } else if (answering.tryAcquire()) {
                try {
                    send(exchange, reply(exchange), head);
                } finally {
                    answering.release();
                }
            } else {
                send(exchange, new Reply(503, PLAIN, "too many requests at once\n"), head);
            }
        }
    }

    private Reply reply(HttpExchange exchange) {
        return switch (exchange.getRequestURI().getPath()) {
            case "/metrics" -> {
                String accept = String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
                String format = accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
                yield new Reply(200, format, scrape.apply(format));
            }
            case "/livez" -> new Reply(200, PLAIN, "alive\n");
            case "/readyz" -> {
                List<String> reasons = notReady.get();
                yield reasons.isEmpty()
                        ? new Reply(200, PLAIN, "ready\n")
                        : new Reply(503, PLAIN, String.join("\n", reasons) + "\n");
            }
            default -> new Reply(404, PLAIN, "there is /metrics, /livez and /readyz\n");
        };
    }

    private static void send(HttpExchange exchange, Reply reply, boolean head) throws IOException {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", reply.contentType());
        exchange.sendResponseHeaders(reply.status(), head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
