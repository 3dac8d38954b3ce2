package dev.fastpull.worker.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that want out, or want everything. None may leave a trace outside of the folder it is unpacked into. */
final class HostileArchiveTest {
    /** Stands in names for the folder above the one that is unpacked into, where there is something to spoil. */
    private static final String VICTIM = "victim";

    @TempDir
    Path work;

    @BeforeEach
    void putSomethingOutside() throws IOException {
        Files.createDirectory(work.resolve("folder"));
        Files.writeString(work.resolve(VICTIM), "untouched");
        Files.writeString(work.resolve("folder").resolve(VICTIM), "untouched");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.fastpull.worker.context.HostileTars#all")
    void refusesTars(String name, FailureReason reason, byte[] archive) throws Exception {
        assertRefused(reason, archive, ContextLimits.defaults());
    }

    static Stream<Arguments> compressed() throws IOException {
        byte[] tar = new TarBuilder().file("x", "y").end();
        byte[] gzip = UnpackTest.gzip(tar);
        byte[] wrongSum = gzip.clone();
        wrongSum[gzip.length - 6] ^= 1;
        byte[] wrongSize = gzip.clone();
        wrongSize[gzip.length - 1] ^= 1;
        byte[] xz = UnpackTest.xz(tar);
        return Stream.of(HostileTars.refused("empty", new byte[0]),
                HostileTars.refused("text", "hello".repeat(200).getBytes(UTF_8)),
                HostileTars.refused("HTML", "<!DOCTYPE html>".getBytes(UTF_8)),
                HostileTars.refused("JSON", "{\"a\": 1}".getBytes(UTF_8)),
                HostileTars.refused("bzip2", "BZh9".getBytes(UTF_8)),
                HostileTars.refused("gzip of gzip", UnpackTest.gzip(gzip)),
                HostileTars.refused("gzip of text", UnpackTest.gzip("hello".repeat(200).getBytes(UTF_8))),
                HostileTars.refused("gzip of nothing", UnpackTest.gzip(new byte[0])),
                HostileTars.refused("gzip checksum", wrongSum), HostileTars.refused("gzip size", wrongSize),
                HostileTars.refused("gzip, garbage", UnpackTest.join(gzip, "garbage".getBytes(UTF_8))),
                HostileTars.refused("gzip, zeros, garbage",
                        UnpackTest.join(gzip, new byte[99], "garbage".getBytes(UTF_8))),
                HostileTars.refused("zstd, garbage", UnpackTest.join(UnpackTest.zstd(tar), "garbage".getBytes(UTF_8))),
                HostileTars.refused("xz, garbage", UnpackTest.join(xz, "garbage!".getBytes(UTF_8))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("compressed")
    void refusesWhatIsNoArchive(String name, FailureReason reason, byte[] archive) throws Exception {
        String message = assertRefused(reason, archive, ContextLimits.defaults());
        if (List.of("empty", "text", "HTML", "JSON", "bzip2").contains(name)) {
            assertThat(message).contains("no tar, tar.gz, tar.zst, tar.xz or zip, but ");
        }
    }

    @Test
    void stopsBombsAtTheLimits() throws Exception {
        byte[] zeros = new byte[4 << 20];
        byte[] tar = new TarBuilder().entry('0', "bomb", "", 0644, zeros).end();
        ContextLimits ratio = ContextLimits.defaults().withRatio(100, 1 << 20);
        ContextLimits bytes = ContextLimits.defaults().withUnpackedBytes(3 << 20);
        for (byte[] bomb : List.of(UnpackTest.gzip(tar), UnpackTest.zstd(tar), UnpackTest.xz(tar),
                ZipBytes.with("bomb", zeros))) {
            assertThat(assertRefused(FailureReason.CONTEXT_TOO_LARGE, bomb, ratio)).contains("100 times");
            assertThat(assertRefused(FailureReason.CONTEXT_TOO_LARGE, bomb, bytes)).contains("3.0 MiB");
        }
        byte[] behindTheEnd = UnpackTest.gzip(UnpackTest.join(new TarBuilder().end(), zeros));
        assertRefused(FailureReason.CONTEXT_TOO_LARGE, behindTheEnd, ratio);
        TarBuilder many = new TarBuilder();
        for (int i = 0; i < 1001; i++) {
            many.file("same", "");
        }
        assertThat(assertRefused(FailureReason.CONTEXT_TOO_LARGE, many.end(),
                ContextLimits.defaults().withEntries(1000))).contains("1000 entries");
        ContextLimits little = new ContextLimits(1 << 30, 1 << 30, 1000, 1000, 1 << 30, 3000, 100, 1 << 18);
        assertThat(assertRefused(FailureReason.CONTEXT_TOO_LARGE, UnpackTest.xz(tar), little)).contains("memory");
        assertThat(assertRefused(FailureReason.CONTEXT_TOO_LARGE, UnpackTest.zstd(tar), little)).contains("memory");
    }

    @Test
    void takesAHundredThousandEmptyGzipMembers() throws Exception {
        byte[] empty = UnpackTest.gzip(new byte[0]);
        byte[][] parts = new byte[100_001][];
        Arrays.fill(parts, empty);
        parts[100_000] = UnpackTest.gzip(new TarBuilder().file("x", "y").end());
        unpack(UnpackTest.join(parts), ContextLimits.defaults(), "out");
        assertThat(work.resolve("out/x")).hasContent("y");
    }

    static Stream<Arguments> zips() {
        byte[] good = ZipBytes.with("name", "content".repeat(50).getBytes(UTF_8));
        List<Arguments> cases = new ArrayList<>();
        for (String name : List.of("../victim", "/victim", "a/../../victim", "..\\victim", "a\\b", "C:/victim", "..")) {
            cases.add(HostileTars.refused("name " + name, ZipBytes.with(name, new byte[]{1})));
        }
        cases.add(HostileTars.refused("link out", ZipBytes.with("l", 0120777, "../victim".getBytes(UTF_8))));
        cases.add(HostileTars.refused("device", ZipBytes.with("d", 0020666, new byte[0])));
        cases.add(HostileTars.refused("FIFO", ZipBytes.with("d", 0010666, new byte[0])));
        cases.add(HostileTars.refused("link with a slash", ZipBytes.with("d/", 0120777, "/tmp".getBytes(UTF_8))));
        cases.add(HostileTars.refused("folder with content", ZipBytes.with("d/", 040777, "/tmp".getBytes(UTF_8))));
        cases.add(HostileTars.refused("two names", ZipBytes.patched(good, "PK\1\2", 46, 'N')));
        cases.add(HostileTars.refused("encrypted", ZipBytes.patched(good, "PK\1\2", 8, 1)));
        cases.add(HostileTars.refused("method", ZipBytes.patched(good, "PK\1\2", 10, 12)));
        cases.add(HostileTars.refused("checksum",
                ZipBytes.patched(ZipBytes.patched(good, "PK\1\2", 16, 1), "PK\3\4", 14, 1)));
        cases.add(HostileTars.refused("size",
                ZipBytes.patched(ZipBytes.patched(good, "PK\1\2", 24, 1), "PK\3\4", 22, 1)));
        cases.add(HostileTars.refused("larger",
                ZipBytes.patched(ZipBytes.patched(good, "PK\1\2", 25, 2), "PK\3\4", 23, 2)));
        cases.add(HostileTars.refused("packed size", ZipBytes.patched(good, "PK\1\2", 20, 1)));
        cases.add(HostileTars.refused("place", ZipBytes.patched(good, "PK\1\2", 42, 1)));
        cases.add(HostileTars.refused("number of entries", ZipBytes.patched(good, "PK\5\6", 10, 2)));
        cases.add(HostileTars.refused("garbage behind", UnpackTest.join(good, "x".getBytes(UTF_8))));
        cases.add(HostileTars.refused("garbage before", UnpackTest.join("PK\3\4x".getBytes(UTF_8), good)));
        cases.add(HostileTars.refused("overlapping", ZipBytes.overlapping("name", "content".getBytes(UTF_8))));
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("zips")
    void refusesZips(String name, FailureReason reason, byte[] archive) throws Exception {
        assertRefused(reason, archive, ContextLimits.defaults());
    }

    @Test
    void refusesWhatIsCutOffAnywhereOrUnpacksAll() throws Exception {
        byte[] tar = new TarBuilder().folder("d", 0755).file("d/f", "content").symlink("l", "d/f").end();
        List<byte[]> archives = List.of(UnpackTest.gzip(tar), UnpackTest.zstd(tar), UnpackTest.xz(tar),
                ZipBytes.with("d/f", "content".getBytes(UTF_8)), tar);
        int complete = 0;
        for (byte[] archive : archives) {
            // Of the plain tar, which has 2.5 KiB with no surprise in most of them, not every byte is tried.
            int step = archive.length == tar.length ? 64 : 1;
            for (int length = 0; length < archive.length; length += step) {
                byte[] cut = Arrays.copyOf(archive, length);
                try {
                    unpack(cut, ContextLimits.defaults(), "out");
                    complete++;
                    assertThat(work.resolve("out/d/f")).hasContent("content");
                    assertThat(work.resolve("out/l")).isSymbolicLink();
                } catch (BuildException e) {
                    assertThat(e.reason()).isEqualTo(FailureReason.CONTEXT_REJECTED);
                }
                Trees.delete(work.resolve("out"));
            }
        }
        // Only a tar that lacks its second empty block, which some programs never write, is taken for whole.
        assertThat(complete).isEqualTo(1);
    }

    @Test
    void stopsWhenInterrupted() throws Exception {
        byte[] zeros = UnpackTest.gzip(new byte[16 << 20]);
        byte[][] parts = new byte[513][];
        Arrays.fill(parts, zeros);
        parts[0] = UnpackTest.gzip(new TarBuilder().file("x", "y").end());
        byte[] archive = UnpackTest.join(parts);
        List<Throwable> ended = new ArrayList<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                unpack(archive, ContextLimits.unlimited(), "out");
            } catch (BuildException | IOException | InterruptedException e) {
                ended.add(e);
            }
        });
        Awaitility.await().until(() -> Files.exists(work.resolve("out/x")));
        thread.interrupt();
        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertThat(ended).singleElement().isInstanceOf(InterruptedException.class);
    }

    private String assertRefused(FailureReason reason, byte[] archive, ContextLimits limits) throws IOException {
        Path folder = work.resolve("folder");
        Map<String, String> before = Trees.listing(work);
        String message = Failures.of(reason, () -> unpack(archive, limits, "folder/out"));
        Trees.delete(folder.resolve("out"));
        Files.delete(work.resolve("archive"));
        assertThat(Trees.listing(work)).isEqualTo(before);
        return message;
    }

    private void unpack(byte[] archive, ContextLimits limits, String folder)
            throws IOException, BuildException, InterruptedException {
        Path file = Files.write(work.resolve("archive"), archive);
        FetchedArchive fetched = new FetchedArchive(file, "", archive.length, true, Files.getLastModifiedTime(file));
        new Unpacker(limits).unpack(fetched, work.resolve(folder), null);
    }
}
