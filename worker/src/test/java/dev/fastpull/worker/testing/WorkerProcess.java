package dev.fastpull.worker.testing;

import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** {@code fastpull worker} in a process of its own, with a folder of its own. */
public final class WorkerProcess implements AutoCloseable {
    private static final Duration COMES_UP_WITHIN = Duration.ofSeconds(60);

    private final JavaChild process;
    private final Path data;
    private final int port;

    private WorkerProcess(JavaChild process, Path data, int port) {
        this.process = process;
        this.data = data;
        this.port = port;
    }

    /**
     * {@return a worker that has been started, and may not be ready yet}
     *
     * @param toolchain the native programs
     * @param broker its broker
     * @param data its folder, made if need be
     * @param options more options of {@code fastpull worker}
     */
    public static WorkerProcess start(Toolchain toolchain, URI broker, Path data, String... options)
            throws IOException {
        return start(toolchain, broker, data, data.resolve("log"), JavaChild::start, options);
    }

    /**
     * {@return the same, with other classes in place of some of the project's}
     *
     * @param classes folders with classes that go before the project's own
     * @param log where its log is added
     */
    public static WorkerProcess start(List<Path> classes, Toolchain toolchain, URI broker, Path data, Path log,
            String... options) throws IOException {
        return start(toolchain, broker, data, log, (main, environment, file, arguments) -> JavaChild.start(classes,
                main, environment, file, arguments), options);
    }

    /**
     * {@return the same on a disk of this size, which is its alone}
     *
     * @param size as in {@code 200m}
     */
    public static WorkerProcess startOn(String size, Toolchain toolchain, URI broker, Path data, String... options)
            throws IOException {
        return start(toolchain, broker, data, data.resolve("log"),
                (main, environment, log, arguments) -> JavaChild.startOn(data, size,
                        main, environment, log, arguments),
                options);
    }

    private interface Starter {
        JavaChild start(String main, Map<String, String> environment, Path log, List<String> arguments)
                throws IOException;
    }

    private static WorkerProcess start(Toolchain toolchain, URI broker, Path data, Path log, Starter starter,
            String... options) throws IOException {
        Files.createDirectories(data);
        int port = BrokerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of("worker", "--broker", broker.toString(), "--data",
                data.toString(), "--http", "127.0.0.1:" + port));
        arguments.addAll(List.of(options));
        String programs = Path.of(toolchain.path("buildctl")).resolveSibling("..").normalize().toString();
        return new WorkerProcess(starter.start("dev.fastpull.worker.cli.Main",
                Map.of("FASTPULL_TOOLCHAIN", programs, "DOCKER_CONFIG", data.resolve("no-docker").toString()),
                log, arguments), data, port);
    }

    /** Waits until it says that it is ready. */
    public WorkerProcess awaitReady() {
        Awaitility.await("the worker is ready").atMost(COMES_UP_WITHIN)
                .failFast("the worker ended: " + data.resolve("log"), () -> !process.handle().isAlive())
                .until(this::ready);
        return this;
    }

    /** {@return whether it says that it is ready} */
    public boolean ready() throws InterruptedException {
        try {
            return get("/readyz", 200) != null;
        } catch (IOException _) {
            return false;
        }
    }

    /** {@return what it serves there}; throws {@link IOException} where it answers with another status. */
    public String get(String path, int status) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(HttpRequest.newBuilder(http().resolve(path)).build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != status) {
                throw new IOException(path + " answers " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        }
    }

    /** {@return the address of what it serves} */
    public URI http() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** {@return the process} */
    public JavaChild process() {
        return process;
    }

    /** {@return its folder as it sees it itself, while it runs} */
    public Path ownData() {
        return Path.of("/proc/" + process.handle().pid() + "/root" + data);
    }

    /** {@return its folder} */
    public Path data() {
        return data;
    }

    @Override
    public void close() {
        process.close();
    }
}
