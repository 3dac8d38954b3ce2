package dev.fastpull.worker.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the real registry, and answers in its place, breaks connections or keeps silent when told to. It looks at
 * what goes through only as far as it must: a request's head comes at the beginning of a piece that a client sends. It
 * writes down every tag that the registry says has moved.
 */
final class FaultyRegistry implements AutoCloseable {
    private static final Pattern HEAD = Pattern.compile("(?:GET|HEAD|POST|PUT|PATCH|DELETE) \\S+ HTTP/1\\.1\r\n");
    /** A manifest under a tag; a digest has a colon. An index is what a worker asks with whether a tag may move. */
    private static final Pattern TAG_PUT = Pattern.compile(
            "PUT /v2/\\S+/manifests/([^\\s:]+) .*^content-type: *application/vnd\\.oci\\.image\\.manifest.*",
            Pattern.DOTALL | Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
    private static final Pattern DIGEST = Pattern.compile("^docker-content-digest: *(\\S+)",
            Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);
    private static final int BUFFER = 64 * 1024;
    private static final int DRAIN_MILLIS = 2000;

    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<TagMove> moves = new CopyOnWriteArrayList<>();
    private final AtomicReference<Trouble> trouble = new AtomicReference<>(
            new Trouble(Mode.NONE, new CountDownLatch(0)));
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private final AtomicInteger struck = new AtomicInteger();
    private final int port;

    private FaultyRegistry(int port) throws IOException {
        this.port = port;
    }

    /** What it does to requests. */
    enum Mode {
        NONE, ANSWER_500, ANSWER_429, RESET, HANG
    }

    /**
     * A tag that has moved.
     *
     * @param tag the tag
     * @param digest what it names now
     */
    record TagMove(String tag, String digest) {}

    /**
     * A PUT of a tag that has been sent and has not reached the registry.
     *
     * @param tag the tag
     * @param clientPort the port that its sender sends from
     * @param release lets it go on
     */
    record HeldPut(String tag, int clientPort, CountDownLatch release) {}

    private record Trouble(Mode mode, CountDownLatch over) {}

    private record Trap(Predicate<String> tag, CompletableFuture<HeldPut> caught) {}

    /** One connection, with the tag whose PUT has not been answered yet. */
    private record Passage(Socket client, Socket registry, AtomicReference<@Nullable String> tag) {}

    /** {@return one that lets everything through, before the registry on this port of this machine} */
    static FaultyRegistry before(int port) throws IOException {
        var proxy = new FaultyRegistry(port);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /** {@return its host and port, as in an image's name} */
    String host() {
        return "localhost:" + server.getLocalPort();
    }

    /** Does this to every request until the next call. */
    void behave(Mode mode) {
        trouble.getAndSet(new Trouble(mode, new CountDownLatch(1))).over().countDown();
    }

    /** {@return the next PUT of a tag that {@code wanted} accepts, which is held from then on} */
    CompletableFuture<HeldPut> catchPut(Predicate<String> wanted) {
        var next = new Trap(wanted, new CompletableFuture<>());
        trap.set(next);
        return next.caught();
    }

    /** Catches no PUT any more. */
    void catchNothing() {
        trap.set(null);
    }

    /** {@return the tags that have moved, in the order of the registry's answers} */
    List<TagMove> moves() {
        return List.copyOf(moves);
    }

    /** {@return how many requests were not let through as they came} */
    int struck() {
        return struck.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                var passage = new Passage(client, new Socket(InetAddress.getLoopbackAddress(), port),
                        new AtomicReference<>());
                sockets.addAll(List.of(client, passage.registry()));
                Thread.ofVirtual().start(() -> requests(passage));
                Thread.ofVirtual().start(() -> answers(passage));
            }
        } catch (IOException _) {
            close();
        }
    }

    private void requests(Passage passage) {
        Socket client = passage.client();
        Socket registry = passage.registry();
        try {
            byte[] buffer = new byte[BUFFER];
            for (int read = client.getInputStream().read(buffer); read >= 0; read = client.getInputStream()
                    .read(buffer)) {
                String piece = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                if (HEAD.matcher(piece).lookingAt() && !passes(passage, piece)) {
                    close(client, registry);
                    return;
                }
                registry.getOutputStream().write(buffer, 0, read);
            }
            // What the registry answers to a client that is gone is still to be written down.
            registry.shutdownOutput();
        } catch (IOException _) {
            close(client, registry);
        } catch (InterruptedException _) {
            close(client, registry);
            Thread.currentThread().interrupt();
        }
    }

    private void close(Socket... ends) {
        for (Socket end : ends) {
            sockets.remove(end);
            try {
                end.close();
            } catch (IOException _) {
                // It is gone either way.
            }
        }
    }

    private void answers(Passage passage) {
        Socket client = passage.client();
        Socket registry = passage.registry();
        try {
            byte[] buffer = new byte[BUFFER];
            for (int read = registry.getInputStream().read(buffer); read >= 0; read = registry.getInputStream()
                    .read(buffer)) {
                note(passage, new String(buffer, 0, Math.min(read, 4096), StandardCharsets.ISO_8859_1));
                client.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException _) {
            // One end was closed.
        } finally {
            close(client, registry);
        }
    }

    /** Says whether the request may go on to the registry; does to it what is to be done. */
    private boolean passes(Passage passage, String head) throws IOException, InterruptedException {
        Trouble now = trouble.get();
        if (now.mode() != Mode.NONE) {
            struck.incrementAndGet();
        }
        switch (now.mode()) {
            case NONE -> {
                Matcher put = TAG_PUT.matcher(head);
                if (put.matches()) {
                    passage.tag().set(put.group(1));
                    hold(passage, put.group(1));
                }
            }
            case HANG -> {
                now.over().await();
                return passes(passage, head);
            }
            case ANSWER_500 -> answer(passage.client(), "500 Internal Server Error", "");
            case ANSWER_429 -> answer(passage.client(), "429 Too Many Requests", "Retry-After: 1\r\n");
            case RESET -> passage.client().setSoLinger(true, 0);
        }
        return now.mode() == Mode.NONE;
    }

    private void hold(Passage passage, String tag) throws InterruptedException {
        Trap set = trap.get();
        if (set != null && set.tag().test(tag) && trap.compareAndSet(set, null)) {
            struck.incrementAndGet();
            var held = new HeldPut(tag, passage.client().getPort(), new CountDownLatch(1));
            set.caught().complete(held);
            held.release().await();
        }
    }

    /** Lets the client read the answer before the connection goes: what it still sends would reset it. */
    private static void answer(Socket client, String status, String header) throws IOException {
        client.getOutputStream().write(("HTTP/1.1 " + status + "\r\n" + header
                + "Content-Length: 0\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        client.shutdownOutput();
        client.setSoTimeout(DRAIN_MILLIS);
        client.getInputStream().skipNBytes(Long.MAX_VALUE);
    }

    private void note(Passage passage, String answer) {
        String tag = passage.tag().get();
        if (tag != null && answer.startsWith("HTTP/1.1 ") && !answer.startsWith("HTTP/1.1 100")) {
            passage.tag().set(null);
            Matcher digest = DIGEST.matcher(answer);
            if (answer.startsWith("HTTP/1.1 201") && digest.find()) {
                moves.add(new TagMove(tag, digest.group(1)));
            }
        }
    }

    @Override
    public void close() {
        behave(Mode.NONE);
        try {
            server.close();
            close(sockets.toArray(Socket[]::new));
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
