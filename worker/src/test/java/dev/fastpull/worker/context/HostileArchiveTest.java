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

    static Stream<Arguments> tars() {
        List<Arguments> cases = new ArrayList<>();
        for (String name : List.of("../victim", "../new", "a/../../victim", "./../victim", "..", "../", "a/..",
                "a/../b",
                "..\\victim", "a\\..\\..\\victim", "/victim", "//victim", "\\victim", "C:/victim", "c:\\victim",
                "folder/../../victim")) {
            cases.add(refused("name " + name, new TarBuilder().file(name, "x")));
            cases.add(refused("folder " + name, new TarBuilder().folder(name, 0700)));
            cases.add(refused("link " + name, new TarBuilder().symlink(name, "a")));
            cases.add(refused("hard link from " + name, new TarBuilder().file("f", "x").hardLink(name, "f")));
            cases.add(refused("hard link to " + name, new TarBuilder().hardLink("h", name)));
        }
        links(cases);
        types(cases);
        numbers(cases);
        return cases.stream();
    }

    private static void links(List<Arguments> cases) {
        for (String target : List.of("..", "../victim", "../../victim", "./../victim", "a/../../victim", "a/../..",
                "/../victim", "")) {
            cases.add(refused("link to " + target, new TarBuilder().symlink("l", target)));
        }
        cases.add(refused("link two folders up", new TarBuilder().symlink("a/l", "../../victim")));
        cases.add(refused("link chain", new TarBuilder().folder("a/b/c", 0755).symlink("a/b/c/x", "../../..")
                .symlink("y", "a/b/c/x/../victim")));
        cases.add(refused("link chain, last first", new TarBuilder().symlink("y", "a/b/c/x/../victim")
                .symlink("a/b/c/x", "../../..")));
        cases.add(
                refused("file through a link", new TarBuilder().folder("s", 0755).symlink("d", "s").file("d/f", "x")));
        cases.add(refused("file through an absolute link", new TarBuilder().symlink("d", "/tmp").file("d/f", "x")));
        cases.add(refused("folder through a link", new TarBuilder().symlink("d", "/tmp").folder("d/f", 0700)));
        cases.add(refused("link through a link", new TarBuilder().symlink("d", "/tmp").symlink("d/f", "x")));
        cases.add(refused("hard link through a link",
                new TarBuilder().symlink("d", "/etc").hardLink("h", "d/passwd")));
        cases.add(refused("hard link into a link", new TarBuilder().file("f", "").symlink("d", "/tmp")
                .hardLink("d/f", "f")));
        cases.add(refused("file over a link", new TarBuilder().symlink("f", "/tmp/x").file("f", "x")));
        cases.add(refused("folder over a link", new TarBuilder().symlink("d", "/tmp").folder("d", 0700)));
        cases.add(refused("link over a folder", new TarBuilder().folder("d", 0700).symlink("d", "/tmp")));
        cases.add(refused("link over a file", new TarBuilder().file("f", "x").symlink("f", "/tmp")));
        cases.add(refused("file over a folder", new TarBuilder().folder("d", 0700).file("d", "x")));
        cases.add(refused("folder over a file", new TarBuilder().file("d", "x").folder("d", 0700)));
        cases.add(refused("file used as a folder", new TarBuilder().file("d", "x").file("d/e", "x")));
        cases.add(refused("loop used as a folder",
                new TarBuilder().symlink("a", "b").symlink("b", "a").file("a/x", "")));
        cases.add(refused("hard link to a link", new TarBuilder().symlink("l", "/etc/passwd").hardLink("h", "l")));
        cases.add(refused("hard link to a folder", new TarBuilder().folder("d", 0700).hardLink("h", "d")));
        cases.add(refused("hard link to what comes later", new TarBuilder().hardLink("h", "f").file("f", "x")));
        cases.add(refused("hard link to itself", new TarBuilder().file("f", "x").hardLink("f", "./f")));
        cases.add(refused("hard link over a folder",
                new TarBuilder().file("f", "x").folder("d", 0700).hardLink("d", "f")));
        cases.add(refused("file as the root", new TarBuilder().entry('0', ".", "", 0, new byte[0])));
        cases.add(refused("link as the root", new TarBuilder().symlink("./", "/tmp")));
    }

    private static void types(List<Arguments> cases) {
        for (char type : new char[]{'3', '4', '6', 'S', 'Z', 'V', 'M', 'D'}) {
            cases.add(refused("type " + type, new TarBuilder().entry(type, "x", "", 0644, new byte[0])));
        }
        cases.add(refused("pax sparse", new TarBuilder().pax("GNU.sparse.major", "1").file("x", "y")));
        cases.add(refused("pax NUL", new TarBuilder().pax("path", "a\0b").file("x", "y")));
        cases.add(refused("pax climbs", new TarBuilder().pax("path", "../victim").file("x", "y")));
        cases.add(refused("pax link climbs", new TarBuilder().pax("linkpath", "../victim").symlink("x", "y")));
        cases.add(refused("pax link NUL", new TarBuilder().pax("linkpath", "a\0b").symlink("x", "y")));
        cases.add(refused("GNU name climbs", new TarBuilder().entry('L', "L", "", 0, "../victim\0".getBytes(UTF_8))
                .file("x", "y")));
        cases.add(refused("GNU link climbs", new TarBuilder().entry('K', "K", "", 0, "../victim\0".getBytes(UTF_8))
                .symlink("x", "y")));
        cases.add(refused("global path", new TarBuilder().entry('g', "g", "", 0, "11 path=../\n".getBytes(UTF_8))
                .file("x", "y")));
        for (String records : List.of("x", "9 path=ab", "7 path=a\n", "99999999999 path=a\n", "-1 path=a\n",
                "3 \n", "8 path a\n", "13 size=1e3\n\n", "12 size=-12\n", "14 mtime=1.a\n\n")) {
            cases.add(refused("pax " + records, new TarBuilder().entry('x', "x", "", 0, records.getBytes(UTF_8))
                    .file("x", "y")));
        }
        cases.add(refused("pax of no entry", new TarBuilder().pax("path", "a")));
        cases.add(refused("no name", new TarBuilder().file("", "x")));
        cases.add(refused("256 bytes in a part", new TarBuilder().pax("path", "n".repeat(256)).file("x", "y")));
        byte[] latin = new TarBuilder().file("xx", "y").end();
        latin[1] = (byte) 0xe9;
        cases.add(refused("name in Latin-1", TarBuilder.resign(latin)));
        cases.add(tooLarge("64 KiB pax name", new TarBuilder().pax("path", "n/".repeat(32768)).file("x", "y")));
        cases.add(tooLarge("64 KiB GNU name",
                new TarBuilder().entry('L', "L", "", 0, "n/".repeat(32768).getBytes(UTF_8)).file("x", "y")));
        cases.add(tooLarge("2 MiB pax header", new TarBuilder().pax("comment", "n".repeat(2 << 20)).file("x", "y")));
        cases.add(tooLarge("200 folders deep", new TarBuilder().pax("path", "n/".repeat(200)).file("x", "y")));
    }

    private static void numbers(List<Arguments> cases) {
        cases.add(refused("size beyond the end", new TarBuilder().header('0', "x", "", 0, 5000).data(new byte[600])));
        cases.add(refused("size too small", new TarBuilder().header('0', "x", "", 0, 1).data(
                "y".repeat(1000).getBytes(UTF_8))));
        cases.add(tooLarge("size beyond the limit", new TarBuilder().pax("size", "900000000000").file("x", "y")));
        cases.add(refused("data after a folder", new TarBuilder().header('5', "d", "", 0755, 600).data(
                "y".repeat(600).getBytes(UTF_8))));
        byte[] negative = new TarBuilder().file("x", "y").end();
        Arrays.fill(negative, 124, 136, (byte) 0xff);
        cases.add(refused("negative size", TarBuilder.resign(negative)));
        byte[] letters = new TarBuilder().file("x", "y").end();
        letters[126] = 'z';
        cases.add(refused("size of letters", TarBuilder.resign(letters)));
        byte[] unsigned = new TarBuilder().file("x", "y").file("z", "y").end();
        unsigned[1024] = 'w';
        cases.add(refused("wrong checksum", unsigned));
        cases.add(refused("hole in the middle",
                new TarBuilder().file("x", "y").raw(new byte[512]).file("z", "y")));
        cases.add(refused("no end", new TarBuilder().file("x", "y").bytes()));
    }

    private static Arguments refused(String name, TarBuilder tar) {
        return refused(name, tar.end());
    }

    private static Arguments refused(String name, byte[] archive) {
        return Arguments.of(name, FailureReason.CONTEXT_REJECTED, archive);
    }

    private static Arguments tooLarge(String name, TarBuilder tar) {
        return Arguments.of(name, FailureReason.CONTEXT_TOO_LARGE, tar.end());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tars")
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
        return Stream.of(refused("empty", new byte[0]), refused("text", "hello".repeat(200).getBytes(UTF_8)),
                refused("HTML", "<!DOCTYPE html>".getBytes(UTF_8)), refused("JSON", "{\"a\": 1}".getBytes(UTF_8)),
                refused("bzip2", "BZh9".getBytes(UTF_8)), refused("gzip of gzip", UnpackTest.gzip(gzip)),
                refused("gzip of text", UnpackTest.gzip("hello".repeat(200).getBytes(UTF_8))),
                refused("gzip of nothing", UnpackTest.gzip(new byte[0])),
                refused("gzip checksum", wrongSum), refused("gzip size", wrongSize),
                refused("gzip, garbage", UnpackTest.join(gzip, "garbage".getBytes(UTF_8))),
                refused("gzip, zeros, garbage", UnpackTest.join(gzip, new byte[99], "garbage".getBytes(UTF_8))),
                refused("zstd, garbage", UnpackTest.join(UnpackTest.zstd(tar), "garbage".getBytes(UTF_8))),
                refused("xz, garbage", UnpackTest.join(xz, "garbage!".getBytes(UTF_8))));
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
            cases.add(refused("name " + name, ZipBytes.with(name, new byte[]{1})));
        }
        cases.add(refused("link out", ZipBytes.with("l", 0120777, "../victim".getBytes(UTF_8))));
        cases.add(refused("device", ZipBytes.with("d", 0020666, new byte[0])));
        cases.add(refused("FIFO", ZipBytes.with("d", 0010666, new byte[0])));
        cases.add(refused("link with a slash", ZipBytes.with("d/", 0120777, "/tmp".getBytes(UTF_8))));
        cases.add(refused("folder with content", ZipBytes.with("d/", 040777, "/tmp".getBytes(UTF_8))));
        cases.add(refused("two names", ZipBytes.patched(good, "PK\1\2", 46, 'N')));
        cases.add(refused("encrypted", ZipBytes.patched(good, "PK\1\2", 8, 1)));
        cases.add(refused("method", ZipBytes.patched(good, "PK\1\2", 10, 12)));
        cases.add(refused("checksum", ZipBytes.patched(ZipBytes.patched(good, "PK\1\2", 16, 1), "PK\3\4", 14, 1)));
        cases.add(refused("size", ZipBytes.patched(ZipBytes.patched(good, "PK\1\2", 24, 1), "PK\3\4", 22, 1)));
        cases.add(refused("larger", ZipBytes.patched(ZipBytes.patched(good, "PK\1\2", 25, 2), "PK\3\4", 23, 2)));
        cases.add(refused("packed size", ZipBytes.patched(good, "PK\1\2", 20, 1)));
        cases.add(refused("place", ZipBytes.patched(good, "PK\1\2", 42, 1)));
        cases.add(refused("number of entries", ZipBytes.patched(good, "PK\5\6", 10, 2)));
        cases.add(refused("garbage behind", UnpackTest.join(good, "x".getBytes(UTF_8))));
        cases.add(refused("garbage before", UnpackTest.join("PK\3\4x".getBytes(UTF_8), good)));
        cases.add(refused("overlapping", ZipBytes.overlapping("name", "content".getBytes(UTF_8))));
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
