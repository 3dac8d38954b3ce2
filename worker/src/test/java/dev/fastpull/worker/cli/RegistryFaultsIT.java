package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Failure;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.testing.FaultyProxy;
import dev.fastpull.worker.testing.FaultyProxy.Fault;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A registry that fails for a while, in each of the ways there are and at each of the calls of a build. */
class RegistryFaultsIT {
    /** More than one call tries by itself, so that the build has to. */
    private static final int FAULTS = 4;
    private static final String DOCKERFILE = "FROM scratch\nCOPY act /\n";

    @TempDir
    static Path folder;

    private static LocalRegistry registry;
    private static FaultyProxy proxy;
    private static RunningWorker worker;

    private final String name = "faults-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.start(RealTools.toolchain(), folder.resolve("registry"));
        proxy = FaultyProxy.start(registry);
        worker = RunningWorker.start(folder, registry, ContextConfig.defaults(), Map.of());
    }

    @AfterAll
    static void end() throws Exception {
        worker.close();
        proxy.close();
        registry.close();
    }

    @AfterEach
    void mend() {
        proxy.inject(Fault.NONE);
    }

    private CompletionEvent build(String dockerfile) throws Exception {
        BuildRequest request = BuildRequest
                .builder(UUID.randomUUID().toString(), proxy.host() + "/" + name + ":v1")
                .context(worker.archive(RunningWorker.withAct())).dockerfileInline(dockerfile).build();
        return worker.ask(MessageCodec.encodeRequest(request)).event();
    }

    private void passesOver(Fault fault, String method, String path) throws Exception {
        var left = new AtomicInteger(FAULTS);
        int before = proxy.count(fault);
        proxy.inject(fault, line -> line.startsWith(method + " /v2/" + name + path) && left.getAndDecrement() > 0);

        assertThat(build(DOCKERFILE)).as(fault + " to " + method + " " + path).isInstanceOf(Succeeded.class);
        assertThat(proxy.count(fault) - before).isEqualTo(FAULTS);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = {"ERROR", "TOO_MANY", "RESET"})
    void thePushIsCheckedAgain(Fault fault) throws Exception {
        passesOver(fault, "POST", "/blobs/uploads/");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = {"ERROR", "TOO_MANY", "RESET"})
    void layersArePushedAgain(Fault fault) throws Exception {
        passesOver(fault, "PUT", "/blobs/uploads/");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = {"ERROR", "TOO_MANY", "RESET"})
    void manifestsAreReadAgain(Fault fault) throws Exception {
        passesOver(fault, "GET", "/manifests/sha256:");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = {"ERROR", "TOO_MANY", "RESET"})
    void blobsAreReadAgain(Fault fault) throws Exception {
        passesOver(fault, "GET", "/blobs/sha256:");
    }

    @Test
    void aRegistryThatGoesOnFailingIsSaidTo() throws Exception {
        proxy.inject(Fault.ERROR, line -> line.startsWith("PUT") && line.contains("/blobs/uploads/"));
        Failure failure = build(DOCKERFILE).cause().orElseThrow();
        assertThat(failure.reason()).isEqualTo(FailureReason.REGISTRY_UNAVAILABLE);
        assertThat(failure.message()).contains(proxy.host());
    }

    @Test
    void aBaseImageThatMayNotBePulledNowNamesMirrorsAndLogin() throws Exception {
        assertThat(build(DOCKERFILE)).isInstanceOf(Succeeded.class);
        proxy.inject(Fault.TOO_MANY, line -> line.contains("/manifests/v1 "));
        String other = "FROM " + proxy.host() + "/" + name + ":v1\nCOPY act /more\n";
        BuildRequest request = worker.request(name + "-more", other).build();

        Failure failure = worker.fails(request, FailureReason.BASE_IMAGE_RATE_LIMITED);

        assertThat(failure.message()).contains(proxy.host() + "/" + name + ":v1", "docker login", "--registry-mirror");
        proxy.inject(Fault.NONE);
        worker.succeeds(worker.request(name + "-more", other).build());
    }

    @Test
    void aBaseImageIsAskedForAgain() throws Exception {
        assertThat(build(DOCKERFILE)).isInstanceOf(Succeeded.class);
        var left = new AtomicInteger(1);
        proxy.inject(Fault.TOO_MANY, line -> line.contains("/manifests/v1 ") && left.getAndDecrement() > 0);

        worker.succeeds(worker.request(name + "-more", "FROM " + proxy.host() + "/" + name + ":v1\n").build());
    }
}
