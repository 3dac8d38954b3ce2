package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.testing.BrokerProcess;
import dev.fastpull.worker.testing.Crane;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.WorkerProcess;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A context is streamed and never held: the worker stays small, whatever it is given. */
class LargeContextIT {
    private static final int MIB = 1 << 20;
    private static final int CONTEXT_MIB = 500;
    private static final long MOST_KIB = 200 * 1024;

    @TempDir
    static Path folder;

    @Test
    void theWorkerStaysBelow200MiB() throws Exception {
        Toolchain toolchain = RealTools.toolchain();
        Path archive = archive();
        try (var registry = LocalRegistry.start(toolchain, folder.resolve("registry"));
                var broker = BrokerProcess.start(folder.resolve("broker"));
                var worker = WorkerProcess.start(toolchain, broker.url(), folder.resolve("worker"),
                        "--context-folder", folder.toString()).awaitReady()) {
            var observer = new Observer(broker.url());
            observer.send(BuildRequest.builder(UUID.randomUUID().toString(), registry.host() + "/large:v1")
                    .context(archive.toUri().toString())
                    .dockerfileInline("FROM scratch\nCOPY . /\n")
                    .build());

            CompletionEvent event = observer.next();

            long peak = peakKiB(worker.process().handle());
            System.out.printf("worker's peak over a context of %d MiB: %d MiB; %s%n", CONTEXT_MIB, peak / 1024,
                    event.report().phases());
            assertThat(event).isInstanceOf(Succeeded.class);
            assertThat(event.report().images()).allSatisfy(
                    image -> assertThat(image.sizeBytes()).isGreaterThan((long) CONTEXT_MIB * MIB));
            Crane crane = Crane.of(toolchain, registry, folder.resolve("crane"));
            assertThat(crane.tags(registry.host() + "/large")).containsOnlyKeys("v1", "v1-fastpull");
            assertThat(peak).isBetween(1L, MOST_KIB);
        }
    }

    /** The peak of what was in memory, as the kernel has counted it (proc(5), VmHWM). */
    private static long peakKiB(ProcessHandle process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Noise, which neither gzip nor the page cache makes smaller. */
    private static Path archive() throws IOException {
        Path archive = folder.resolve("context.tar");
        var noise = new Random(1);
        byte[] some = new byte[MIB];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive), MIB);
                var tar = new TarArchiveOutputStream(out)) {
            for (int file = 0; file < 2; file++) {
                var entry = new TarArchiveEntry("noise-" + file);
                entry.setSize((long) CONTEXT_MIB / 2 * MIB);
                tar.putArchiveEntry(entry);
                for (int i = 0; i < CONTEXT_MIB / 2; i++) {
                    noise.nextBytes(some);
                    tar.write(some);
                }
                tar.closeArchiveEntry();
            }
        }
        return archive;
    }
}
