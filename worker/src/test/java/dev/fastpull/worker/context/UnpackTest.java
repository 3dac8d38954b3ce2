package dev.fastpull.worker.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Archives that are as they should be. */
final class UnpackTest {
    private static final String LONG = "long/" + "n".repeat(120) + "/" + "m".repeat(255);

    private static final long OK_CRC = 0x79dcdd47L;

    @TempDir
    Path work;

    private UnpackedContext unpack(byte[] archive, @Nullable String path)
            throws IOException, BuildException, InterruptedException {
        Path file = Files.write(work.resolve("archive"), archive);
        FetchedArchive fetched = new FetchedArchive(file, "", archive.length, true, Files.getLastModifiedTime(file));
        try (ContextStage stage = new ContextStage(ContextConfig.defaults())) {
            return stage.unpack(fetched, work.resolve("out"), path);
        }
    }

    private static byte[] tar() {
        return new TarBuilder().folder("./", 0700).folder("./ro/", 0555).file("./ro/a", "in a folder").pax("path", LONG)
                .file("x", "long").entry('0', "run.sh", "", 0755, "#!/bin/sh\n".getBytes(UTF_8))
                .entry('0', "suid", "", 06755, new byte[0]).entry('0', "none", "", 0, new byte[]{1})
                .symlink("ro-link", "ro/a").symlink("deep/er/link", "../../run.sh").symlink("abs", "/usr/share")
                .hardLink("hard", "./run.sh").file("new\nline é\\x", "odd").end();
    }

    private void assertTree(UnpackedContext context) throws IOException {
        Path root = context.root();
        assertThat(root.resolve("ro/a")).hasContent("in a folder");
        assertThat(root.resolve(LONG)).hasContent("long");
        assertThat(root.resolve("new\nline é\\x")).hasContent("odd");
        assertThat(mode(root)).isEqualTo(0700);
        assertThat(mode(root.resolve("ro"))).isEqualTo(0555);
        assertThat(mode(root.resolve("run.sh"))).isEqualTo(0755);
        assertThat(mode(root.resolve("suid"))).isEqualTo(06755);
        assertThat(mode(root.resolve("none"))).isZero();
        assertThat(mode(root.resolve("deep/er"))).isEqualTo(0755);
        assertThat(Files.readSymbolicLink(root.resolve("ro-link"))).hasToString("ro/a");
        assertThat(Files.readSymbolicLink(root.resolve("deep/er/link"))).hasToString("../../run.sh");
        assertThat(Files.readSymbolicLink(root.resolve("abs"))).hasToString("/usr/share");
        assertThat(Files.isSameFile(root.resolve("hard"), root.resolve("run.sh"))).isTrue();
        FileTime second = FileTime.from(Instant.ofEpochSecond(TarBuilder.TIME));
        for (String name : new String[]{"ro", "deep", "deep/er", "long", "ro-link", "abs"}) {
            assertThat(Files.getLastModifiedTime(root.resolve(name), LinkOption.NOFOLLOW_LINKS)).as(name)
                    .isEqualTo(second);
        }
        assertThat(context.entries()).isEqualTo(12);
        assertThat(context.bytes()).isEqualTo("in a folder".length() + 4 + 10 + 1 + 3);
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode") & 07777;
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "gzip", "gzip members", "gzip padded", "zstd", "zstd frames", "xz"})
    void unpacksTarsHoweverCompressed(String compression) throws Exception {
        byte[] tar = tar();
        byte[] archive = switch (compression) {
            case "gzip" -> gzip(tar);
            case "gzip members" -> join(gzip(slice(tar, 0, 700)), gzip(new byte[0]),
                    gzip(slice(tar, 700, tar.length)));
            case "gzip padded" -> join(gzip(tar), new byte[1000]);
            case "zstd" -> zstd(tar);
            case "zstd frames" -> join(HexFormat.of().parseHex("502a4d1801000000ff"), zstd(slice(tar, 0, 700)),
                    zstd(slice(tar, 700, tar.length)));
            case "xz" -> xz(tar);
            default -> tar;
        };
        assertTree(unpack(archive, null));
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    static byte[] zstd(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zstd = new ZstdOutputStream(out)) {
            zstd.write(bytes);
        }
        return out.toByteArray();
    }

    static byte[] xz(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream xz = new XZOutputStream(out, new LZMA2Options(1))) {
            xz.write(bytes);
        }
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    @Test
    void unpacksAZip() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
            zip(zip, "ro/", 040555, "");
            zip(zip, "ro/a", 0100640, "deflated ".repeat(1000));
            zip(zip, "é", 0100755, "");
            zip(zip, "link", 0120777, "ro/a");
            zip(zip, "dos", 0, "dos");
            zip.setMethod(ZipArchiveOutputStream.STORED);
            ZipArchiveEntry stored = entry("stored", 0100600);
            stored.setSize(2);
            stored.setCrc(OK_CRC);
            zip.putArchiveEntry(stored);
            zip.write("ok".getBytes(UTF_8));
            zip.closeArchiveEntry();
        }
        UnpackedContext context = unpack(out.toByteArray(), "ro");
        assertThat(context.root().resolve("ro/a")).hasContent("deflated ".repeat(1000));
        assertThat(context.root().resolve("stored")).hasContent("ok");
        assertThat(context.root().resolve("dos")).hasContent("dos");
        assertThat(mode(context.root().resolve("ro"))).isEqualTo(0555);
        assertThat(mode(context.root().resolve("ro/a"))).isEqualTo(0640);
        assertThat(mode(context.root().resolve("dos"))).isEqualTo(0644);
        assertThat(mode(context.root().resolve("é"))).isEqualTo(0755);
        assertThat(Files.readSymbolicLink(context.root().resolve("link"))).hasToString("ro/a");
        assertThat(Files.getLastModifiedTime(context.root().resolve("ro")).toInstant())
                .isEqualTo(Instant.ofEpochSecond(TarBuilder.TIME));
        assertThat(context.buildFolder()).isEqualTo(context.root().resolve("ro"));
        assertThat(context.entries()).isEqualTo(6);
    }

    private static void zip(ZipArchiveOutputStream zip, String name, int mode, String content) throws IOException {
        zip.putArchiveEntry(entry(name, mode));
        zip.write(content.getBytes(UTF_8));
        zip.closeArchiveEntry();
    }

    private static ZipArchiveEntry entry(String name, int mode) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        if (mode != 0) {
            entry.setUnixMode(mode);
        }
        entry.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(TarBuilder.TIME)));
        return entry;
    }

    @Test
    void takesEmptyArchives() throws Exception {
        assertThat(unpack(new TarBuilder().end(), null).root()).isEmptyDirectory();
        Files.delete(work.resolve("out"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ZipArchiveOutputStream(out).close();
        assertThat(unpack(out.toByteArray(), null).root()).isEmptyDirectory();
    }

    /** Without this a build gets another build's file from BuildKit's cache: same name, size, mode and second. */
    @Test
    void tellsFilesOfTheSameSecondApartByTheirContent() throws Exception {
        Path root = unpack(new TarBuilder().file("a", "one").file("b", "two").file("c", "one").end(), null).root();
        FileTime a = Files.getLastModifiedTime(root.resolve("a"));
        byte[] sha = Sha256.digest().digest("one".getBytes(UTF_8));
        long nanos = Long.remainderUnsigned(ByteBuffer.wrap(sha).getLong(), 1_000_000_000);
        assertThat(a.toInstant()).isEqualTo(Instant.ofEpochSecond(TarBuilder.TIME, nanos));
        assertThat(Files.getLastModifiedTime(root.resolve("c"))).isEqualTo(a);
        assertThat(Files.getLastModifiedTime(root.resolve("b"))).isNotEqualTo(a);
    }

    @Test
    void takesTimesBeyondWhatADiskHolds() throws Exception {
        Path root = unpack(new TarBuilder().pax("mtime", "-1.5").file("old", "1").pax("mtime", "-9").file("older", "2")
                .pax("mtime", "999999999999999999").file("new", "3").end(), null).root();
        FileTime old = Files.getLastModifiedTime(root.resolve("old"));
        assertThat(old.toInstant().getEpochSecond()).isZero();
        assertThat(old).isNotEqualTo(Files.getLastModifiedTime(root.resolve("older")));
        assertThat(Files.getLastModifiedTime(root.resolve("new")).toInstant().getEpochSecond())
                .isEqualTo(0_77777777777L);
    }

    @Test
    void readsPaxAndGnuHeaders() throws Exception {
        byte[] tar = new TarBuilder().entry('g', "g", "", 0644, "20 comment=deadbeef\n".getBytes(UTF_8))
                .pax("mtime", "1234.56").pax("path", "päx").pax("SCHILY.xattr.user.a", "b").file("x", "1")
                .entry('L', "L", "", 0, "gnu-name\0".getBytes(UTF_8)).entry('K', "K", "", 0, "päx\0".getBytes(UTF_8))
                .symlink("x", "x").pax("size", "3").header('0', "sized", "", 0644, 9).data("abc".getBytes(UTF_8))
                .end();
        Path root = unpack(tar, null).root();
        assertThat(root.resolve("päx")).hasContent("1");
        assertThat(Files.getLastModifiedTime(root.resolve("päx")).toInstant().getEpochSecond()).isEqualTo(1234);
        assertThat(Files.readSymbolicLink(root.resolve("gnu-name"))).hasToString("päx");
        assertThat(root.resolve("sized")).hasContent("abc");
    }

    @Test
    void takesTheLastOfEntriesOfOneName() throws Exception {
        byte[] tar = new TarBuilder().file("a", "first").hardLink("h", "a").file("a", "last").symlink("l", "a")
                .symlink("l", "h").folder("d", 0700).folder("d", 0711).end();
        Path root = unpack(tar, null).root();
        assertThat(root.resolve("a")).hasContent("last");
        assertThat(root.resolve("h")).hasContent("first");
        assertThat(Files.readSymbolicLink(root.resolve("l"))).hasToString("h");
        assertThat(mode(root.resolve("d"))).isEqualTo(0711);
    }

    @Test
    void findsTheBuildsFolder() throws Exception {
        byte[] tar = new TarBuilder().folder("services/api", 0755).symlink("link", "services")
                .symlink("abs", "/services/api").symlink("host", "/etc").file("file", "").symlink("loop", "loop").end();
        for (String path : new String[]{"services/api", "link/api/", "abs", "./services/./api"}) {
            UnpackedContext context = unpack(tar, path);
            assertThat(context.buildFolder()).as(path).isEqualTo(context.root().resolve("services/api"));
            Trees.delete(context.root());
        }
        for (Map.Entry<String, String> wrong : Map.of("none", "no folder", "file", "no folder", "host", "no folder",
                "loop", "circle", "a\0b", "no name", "..", "leads out", "services/../..", "leads out").entrySet()) {
            assertThat(Failures.of(FailureReason.CONTEXT_REJECTED, () -> unpack(tar, wrong.getKey())))
                    .contains(wrong.getValue()).contains("context.path");
            Trees.delete(work.resolve("out"));
        }
    }
}
