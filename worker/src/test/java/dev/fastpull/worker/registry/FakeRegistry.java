package dev.fastpull.worker.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A registry that answers what a test tells it to, and remembers what it was asked. */
final class FakeRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    /** What it was asked: {@code target} is path and query. */
    record Seen(String method, String target, String authorization, String body) {}

    /** How it answers. */
    interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    FakeRegistry() {
        this("127.0.0.1", null);
    }

    FakeRegistry(String address, @Nullable SSLContext tls) {
        try {
            var socket = new InetSocketAddress(InetAddress.ofLiteral(address), 0);
            if (tls == null) {
                server = HttpServer.create(socket, 0);
            } else {
                HttpsServer https = HttpsServer.create(socket, 0);
                https.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = https;
            }
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@return the address to name it by} */
    String host() {
        return server.getAddress().getAddress().getHostAddress() + ":" + server.getAddress().getPort();
    }

    /** Answers {@code call}, as in {@code GET /v2/app/manifests/v1}, with {@code reply} from now on. */
    FakeRegistry on(String call, Reply reply) {
        replies.put(call, reply);
        return this;
    }

    List<Seen> seen() {
        return seen;
    }

    /** {@return what it was asked by that method, as path and query} */
    List<String> targets(String method) {
        return seen.stream().filter(one -> one.method().equals(method)).map(Seen::target).toList();
    }

    static Reply reply(int status, String body, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            boolean none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
            exchange.getResponseBody().write(none ? new byte[0] : bytes);
        };
    }

    /** An error as registries write it. */
    static Reply error(int status, String code, String message, String... headers) {
        return reply(status, "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}", headers);
    }

    /** Lets nobody through without exactly this Authorization header. */
    static Reply guarded(String authorization, String challenge, Reply inner) {
        return exchange -> {
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization.equals(sent)) {
                inner.to(exchange);
            } else {
                error(401, "UNAUTHORIZED", "authentication required", "WWW-Authenticate", challenge).to(exchange);
            }
        };
    }

    /** Gives the replies one after the other; the last one stays. */
    static Reply inTurn(Reply... replies) {
        List<Reply> left = new CopyOnWriteArrayList<>(replies);
        return exchange -> (left.size() > 1 ? left.removeFirst() : left.getFirst()).to(exchange);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            seen.add(new Seen(method, exchange.getRequestURI().toString(), authorization == null ? "" : authorization,
                    body));
            replies.getOrDefault(method + " " + exchange.getRequestURI().getPath(),
                    error(404, "NAME_UNKNOWN", "nobody told me")).to(exchange);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
