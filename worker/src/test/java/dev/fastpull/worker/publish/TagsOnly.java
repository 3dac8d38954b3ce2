package dev.fastpull.worker.publish;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A registry that keeps manifests and tags, and refuses what a test wants refused, as no real one does on demand. */
final class TagsOnly implements AutoCloseable {
    private static final String MANIFESTS = "/v2/app/manifests/";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final List<String> puts = new ArrayList<>();
    private volatile Predicate<String> refused = _ -> false;
    private volatile Predicate<String> unanswered = _ -> false;

    TagsOnly() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on answers 403 to a PUT of these tags. */
    void refuse(Predicate<String> tags) {
        refused = tags;
    }

    /** From now on takes PUTs of these tags and says that it has not. */
    void takeWithoutAnswer(Predicate<String> tags) {
        unanswered = tags;
    }

    /** Has a tag name a manifest, as if somebody had pushed it. */
    void tag(String tag, byte[] manifest) {
        manifests.put(tag, manifest);
        manifests.put(digest(manifest), manifest);
    }

    /** {@return the digest of what the tag names, or {@code none}} */
    String named(String tag) {
        byte[] manifest = manifests.get(tag);
        return manifest == null ? "none" : digest(manifest);
    }

    /** {@return the tags that were put, in their order} */
    List<String> puts() {
        return puts;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String reference = exchange.getRequestURI().getPath().substring(MANIFESTS.length());
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("PUT")) {
                put(exchange, reference, body);
            } else {
                get(exchange, manifests.get(reference));
            }
        }
    }

    private void put(HttpExchange exchange, String tag, byte[] body) throws IOException {
        synchronized (puts) {
            puts.add(tag);
        }
        if (refused.test(tag)) {
            exchange.sendResponseHeaders(403, -1);
            return;
        }
        tag(tag, body);
        exchange.sendResponseHeaders(unanswered.test(tag) ? 500 : 201, -1);
    }

    private static void get(HttpExchange exchange, byte @Nullable [] manifest) throws IOException {
        if (manifest == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().add("Docker-Content-Digest", digest(manifest));
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.oci.image.manifest.v1+json");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : manifest.length);
        if (!head) {
            exchange.getResponseBody().write(manifest);
        }
    }

    static String digest(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
