package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A registry and a buildkitd of a test's own, in a folder of their own, and what is pushed there as a blob source. */
final class RealTools implements AutoCloseable, BlobSource {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String REPOSITORY = "pair";

    private final Path folder;
    private final Path bin;
    private final String registry;
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    RealTools() throws IOException {
        bin = toolchain();
        folder = Files.createTempDirectory("verify-it");
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        registry = "127.0.0.1:" + port;
        Path registryConfig = Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: %s}
                log: {level: error}
                """.formatted(folder.resolve("registry"), registry));
        start("registry", Map.of("OTEL_TRACES_EXPORTER", "none"), "serve", registryConfig.toString());
        Path buildkitConfig = Files.writeString(folder.resolve("buildkitd.toml"), """
                root = "%s"
                [grpc]
                  address = ["%s"]
                [worker.oci]
                  snapshotter = "overlayfs"
                  binary = "%s"
                [worker.containerd]
                  enabled = false
                """.formatted(folder.resolve("buildkit"), address(), bin.resolve("runc")));
        start("buildkitd", Map.of("NYDUS_BUILDER", nydusImage().toString(), "NYDUS_WORKDIR",
                Files.createDirectories(folder.resolve("nydus")).toString()), "--config", buildkitConfig.toString());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> exec("buildctl", "--addr", address(), "debug", "workers") == 0
                        && get("/v2/", HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
    }

    /** FASTPULL_TOOLCHAIN names the folder of the programs; otherwise it is the newest in the user's cache. */
    private static Path toolchain() throws IOException {
        String named = System.getenv("FASTPULL_TOOLCHAIN");
        if (named != null) {
            return Path.of(named);
        }
        Path all = Path.of(System.getProperty("user.home"), ".cache", "fastpull", "toolchain");
        try (Stream<Path> folders = Files.list(all)) {
            return folders.map(each -> each.resolve("bin"))
                    .filter(each -> Files.isExecutable(each.resolve("nydus-image")))
                    .max(Comparator.comparingLong(each -> each.toFile().lastModified()))
                    .orElseThrow(() -> new IllegalStateException("no toolchain in " + all));
        }
    }

    Path nydusImage() {
        return bin.resolve("nydus-image");
    }

    Path folder() {
        return folder;
    }

    private String address() {
        return "unix://" + folder.resolve("buildkitd.sock");
    }

    /** Builds and pushes both images of a Dockerfile in {@code context}. */
    Pair build(Path context) throws IOException, InterruptedException {
        return build(context, "gzip");
    }

    Pair build(Path context, String compression) throws IOException, InterruptedException {
        byte[] oci = solve(context, compression);
        return new Pair(oci, solve(context, "nydus"),
                compression.equals("zstd") ? LayerCompression.ZSTD : LayerCompression.GZIP);
    }

    /** {@return the bootstrap of a pair's Nydus image} */
    byte[] bootstrap(Pair pair) throws IOException, InterruptedException, UnprovableException {
        ImageManifest nydus = ImageManifest.parse(pair.nydus(), "manifest");
        try (InputStream layer = open(nydus.layers().getLast().digest());
                BootstrapLayer taken = BootstrapLayer.extract(layer, folder)) {
            return Files.readAllBytes(taken.file());
        }
    }

    /** {@return the pair with a Nydus image that has another bootstrap, everything else as it should be for it} */
    Pair withBootstrap(Pair pair, UnaryOperator<byte[]> change)
            throws IOException, InterruptedException, UnprovableException {
        ObjectMapper json = new ObjectMapper();
        TarBuilder layer = new TarBuilder().folder("image").file("image/image.boot", change.apply(bootstrap(pair)),
                0444);
        ObjectNode manifest = (ObjectNode) json.readTree(pair.nydus());
        ArrayNode layers = (ArrayNode) manifest.get("layers");
        upload(layer.gzip(), (ObjectNode) layers.get(layers.size() - 1));
        ObjectNode config;
        try (InputStream in = open(ImageManifest.parse(pair.nydus(), "manifest").config().digest())) {
            config = (ObjectNode) json.readTree(in);
        }
        ArrayNode diffIds = (ArrayNode) config.get("rootfs").get("diff_ids");
        diffIds.set(diffIds.size() - 1, sha256(layer.tar()));
        upload(json.writeValueAsBytes(config), (ObjectNode) manifest.get("config"));
        return new Pair(pair.oci(), json.writeValueAsBytes(manifest), pair.compression());
    }

    /** Pushes an image of handmade layers; {@return its reference, by digest} */
    String push(TarBuilder... layers) throws IOException, InterruptedException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = json.createObjectNode().put("architecture", "amd64").put("os", "linux");
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ObjectNode manifest = json.createObjectNode().put("schemaVersion", 2).put("mediaType", MANIFEST);
        ObjectNode configDescriptor = manifest.putObject("config");
        ArrayNode descriptors = manifest.putArray("layers");
        for (TarBuilder layer : layers) {
            diffIds.add(sha256(layer.tar()));
            upload(layer.gzip(), descriptors.addObject().put("mediaType", LayerCompression.GZIP.mediaType()));
        }
        upload(json.writeValueAsBytes(config),
                configDescriptor.put("mediaType", "application/vnd.oci.image.config.v1+json"));
        byte[] bytes = json.writeValueAsBytes(manifest);
        send("PUT", "/v2/" + REPOSITORY + "/manifests/" + sha256(bytes), bytes, MANIFEST);
        return registry + "/" + REPOSITORY + "@" + sha256(bytes);
    }

    /** Uploads a blob and completes what describes it. */
    void upload(byte[] blob, ObjectNode descriptor) throws IOException, InterruptedException {
        String digest = sha256(blob);
        String location = send("POST", "/v2/" + REPOSITORY + "/blobs/uploads/", new byte[0], "").headers()
                .firstValue("Location").orElseThrow();
        send("PUT", URI.create(location).getRawPath() + "?" + URI.create(location).getRawQuery() + "&digest=" + digest,
                blob, "application/octet-stream");
        descriptor.put("digest", digest).put("size", blob.length);
    }

    private HttpResponse<String> send(String method, String path, byte[] body, String contentType)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + registry + path)).method(method,
                HttpRequest.BodyPublishers.ofByteArray(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        return response;
    }

    static String sha256(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs one solve; {@return the manifest that it pushed} */
    byte[] solve(Path context, String compression, String... more) throws IOException, InterruptedException {
        Path metadata = Files.createTempFile(folder, "metadata", ".json");
        List<String> command = new ArrayList<>(List.of("buildctl", "--addr", address(), "build", "--frontend",
                "dockerfile.v0", "--local", "context=" + context, "--local", "dockerfile=" + context, "--output",
                "type=image,name=" + registry + "/" + REPOSITORY + ",push=true,push-by-digest=true,compression="
                        + compression + ",force-compression=true,oci-mediatypes=true",
                "--metadata-file", metadata.toString(), "--progress=plain"));
        command.addAll(List.of(more));
        Files.deleteIfExists(folder.resolve("commands.log"));
        assertThat(exec(command.toArray(String[]::new)))
                .as(() -> tail(folder.resolve("commands.log")) + tail(folder.resolve("buildkitd.log"))).isZero();
        String digest = new ObjectMapper().readTree(metadata.toFile()).path("containerimage.digest").asText();
        return get("/v2/" + REPOSITORY + "/manifests/" + digest, HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size())) + "\n";
        } catch (IOException e) {
            return e + "\n";
        }
    }

    /** Runs a program to its end; {@return its exit code} */
    int exec(String... command) throws IOException, InterruptedException {
        command[0] = bin.resolve(command[0]).toString();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("commands.log").toFile())).start();
        return process.waitFor();
    }

    private void start(String program, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(bin.resolve(program).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(program + ".log").toFile());
        builder.environment().putAll(environment);
        builder.environment().merge("PATH", bin.toString(), (old, mine) -> mine + ":" + old);
        processes.add(builder.start());
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create("http://" + registry + path)).header("Accept", MANIFEST)
                .build(), body);
    }

    @Override
    public InputStream open(Digest digest) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = get("/v2/" + REPOSITORY + "/blobs/" + digest,
                HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException(digest + ": " + response.statusCode());
        }
        return response.body();
    }

    @Override
    public boolean exists(Digest digest) throws IOException, InterruptedException {
        HttpRequest head = HttpRequest.newBuilder(
                URI.create("http://" + registry + "/v2/" + REPOSITORY + "/blobs/" + digest)).HEAD().build();
        return http.send(head, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes.reversed()) {
            process.destroy();
            process.onExit().join();
        }
        http.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
