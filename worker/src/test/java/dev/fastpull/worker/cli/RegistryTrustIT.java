package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent.Failed;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.Attempt;
import dev.fastpull.worker.job.BuildOrder;
import dev.fastpull.worker.job.BuildSource;
import dev.fastpull.worker.job.Quiet;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.registry.RegistryConfig;
import dev.fastpull.worker.testing.JavaChild;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.OwnCertificate;
import dev.fastpull.worker.testing.RealTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The options that say how registries are reached hold for every program that reaches them. It takes an address that is
 * not loopback's, as BuildKit speaks plain HTTP to all of 127.0.0.0/8 without being told: so it runs in a network
 * namespace, with one from a range for documentation (RFC 5737).
 */
class RegistryTrustIT {
    private static final String ADDRESS = "192.0.2.10";

    @TempDir
    private Path folder = Path.of(".");

    /** A registry with a certificate of our own, or in plain HTTP. */
    @ParameterizedTest
    @ValueSource(strings = {"tls", "plain"})
    void aRegistryTakesAndGivesImages(String kind) throws Exception {
        RealTools.toolchain();
        Path log = folder.resolve("log");
        try (var child = JavaChild.startApart(ADDRESS, RegistryTrustIT.class.getName(), Map.of(), log,
                List.of(kind, folder.toString()))) {
            assertThat(child.exitCode()).as(child.log()).isZero();
        }
    }

    /** What happens in the namespace. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "tls" -> tls(folder);
            default -> plain(folder);
        }
        // Whatever thread is left must not keep the process.
        System.exit(0);
    }

    private static void tls(Path folder) throws Exception {
        Toolchain toolchain = RealTools.toolchain();
        OwnCertificate certificate = OwnCertificate.make(ADDRESS, folder.resolve("tls"));
        try (var registry = LocalRegistry.startElsewhere(toolchain, folder.resolve("registry"), ADDRESS,
                certificate)) {
            List<String> problems = new ArrayList<>();
            var trusting = RegistryConfig.parse(List.of(), List.of(certificate.pem()), List.of(), Map.of(),
                    problems::add);
            assertThat(problems).isEmpty();

            assertThat(builtUpon(folder, registry.host(), trusting)).isInstanceOf(Succeeded.class);

            assertThat(RealTools.run("env", "SSL_CERT_FILE=" + certificate.pem(), toolchain.path("crane"), "ls",
                    registry.host() + "/second").lines()).containsExactlyInAnyOrder("v1", "v1-fastpull");
            assertThat(builtUpon(folder, registry.host(), RegistryConfig.defaults())).isInstanceOfSatisfying(
                    Failed.class,
                    failed -> assertThat(failed.failure().reason()).isEqualTo(FailureReason.REGISTRY_UNAVAILABLE));
        }
    }

    private static void plain(Path folder) throws Exception {
        Toolchain toolchain = RealTools.toolchain();
        try (var registry = LocalRegistry.startElsewhere(toolchain, folder.resolve("registry"), ADDRESS, null)) {
            var insecure = RegistryConfig.parse(List.of(registry.host()), List.of(), List.of(), Map.of(), _ -> {});

            assertThat(builtUpon(folder, registry.host(), insecure)).isInstanceOf(Succeeded.class);

            assertThat(RealTools.run(toolchain.path("crane"), "--insecure", "ls", registry.host() + "/second").lines())
                    .containsExactlyInAnyOrder("v1", "v1-fastpull");
        }
    }

    /** Pushes an image and builds another upon it; {@return what became of the last that was tried}. */
    private static CompletionEvent builtUpon(Path folder, String host, RegistryConfig registries) throws Exception {
        var settings = new BuildService.Settings(RealTools.toolchain(),
                Files.createTempDirectory(folder, "worker"), registries, ContextConfig.defaults(), 1L << 30,
                "tested", TimeLimits.usual(Duration.ofMinutes(2)));
        try (var service = BuildService.start(settings, Map.of())) {
            CompletionEvent first = build(folder, service, host + "/first", "FROM scratch\nCOPY Dockerfile /first\n");
            return first instanceof Succeeded
                    ? build(folder, service, host + "/second", "FROM " + host + "/first:v1\nCOPY Dockerfile /second\n")
                    : first;
        }
    }

    private static CompletionEvent build(Path folder, BuildService service, String repository, String dockerfile)
            throws Exception {
        Path context = Files.createTempDirectory(folder, "context");
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        BuildRequest request = BuildRequest.builder(UUID.randomUUID().toString(), repository + ":v1")
                .context(context.toUri().toString())
                .build();
        return service.runner().run(new BuildOrder(request, new BuildSource.Folder(context), Map.of()),
                new Attempt(EventId.of(request), "urn:test", 1, null), Quiet.LISTENER);
    }
}
