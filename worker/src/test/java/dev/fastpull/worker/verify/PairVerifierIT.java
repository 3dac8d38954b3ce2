package dev.fastpull.worker.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.fastpull.messages.VerifyLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.apache.commons.codec.digest.Blake3;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Pairs that the real BuildKit and nydus-image made, compared as the real registry has them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PairVerifierIT {
    private RealTools tools;
    private PairVerifier verifier;

    @TempDir
    private Path context;

    @TempDir
    private Path cache;

    @BeforeAll
    void start() throws IOException {
        tools = new RealTools();
    }

    @BeforeEach
    void freshVerifier() {
        verifier = new PairVerifier(new NydusImageProgram(tools.nydusImage()),
                new ListingCache(cache, 1 << 28, Clock.systemUTC()), tools.folder().resolve("work"), 2);
    }

    @AfterAll
    void stop() throws IOException {
        tools.close();
    }

    @Test
    void findsAnOrdinaryImageEqual() throws Exception {
        byte[] big = new byte[5_000_001];
        new Random(1).nextBytes(big);
        TarBuilder base = new TarBuilder().folder("etc").file("etc/passwd", "root\n").file("etc/empty", "")
                .file("big", big, 0644).file("zeros", new byte[3 << 20], 0600).symlink("etc/link", "../big")
                .file("tool", "#!".getBytes(StandardCharsets.UTF_8), 04755).device('3', "null", 1, 3)
                .device('4', "disk", 259, 1048575).device('6', "fifo", 0, 0);
        TarBuilder upper = new TarBuilder().file("etc/passwd", "root\nme\n").file("usr/lib/deep/file", "x");

        Verdict verdict = verify(VerifyLevel.CONTENT, base, upper);

        assertThat(verdict).isEqualTo(new Verdict.Equal(VerifyLevel.CONTENT, 15));
    }

    @Test
    void findsAZstdImageEqual() throws Exception {
        writeContext(new TarBuilder().file("a", "1"));

        assertThat(verifier.verify(VerifyLevel.CONTENT, tools.build(context, "zstd"), tools))
                .isEqualTo(new Verdict.Equal(VerifyLevel.CONTENT, 2));
    }

    /** A line break together with anything beyond ASCII is left out: nydus-image 2.2.0 fails to build it. */
    @Test
    void findsOddNamesEqual() throws Exception {
        String longName = "n".repeat(255);
        TarBuilder odd = new TarBuilder().file("with space", "1").file("new\nline", "2").file("ünïcode-漢字-\u0301", "3")
                .file("quote\"back\\slash'", "4").symlink("to", "odd \"target\" with ü").symlink("to2", "odd\nlines")
                .file("tab\tbell\u0007", "5")
                .file(": index 0 ino 1", "6").file("\u200b\ufffd\ud83d\ude80", "8")
                .pax("path", "bad\u00ff\u00fename", "linkpath", "t\u00ff").file("x", "7").pax("path", longName)
                .file("y", "9");

        assertThat(verify(VerifyLevel.CONTENT, odd)).isEqualTo(new Verdict.Equal(VerifyLevel.CONTENT, 12));
    }

    @Test
    void findsDeletionsEqual() throws Exception {
        TarBuilder base = new TarBuilder().folder("keep").file("keep/a", "a").file("keep/b", "b").folder("drop")
                .file("drop/c", "c").folder("opaque").file("opaque/old", "o").file("becomes-folder", "f")
                .folder("becomes-file").file("becomes-file/inner", "i").symlink("becomes-real", "keep")
                .folder("becomes-link").file("becomes-link/gone", "g").file(".wh", "no marker");
        TarBuilder upper = new TarBuilder().folder("keep").file("keep/.wh.a", "").file(".wh.drop", "").folder("opaque")
                .file("opaque/.wh..wh..opq", "").file("opaque/fresh", "x").folder("becomes-folder")
                .file("becomes-folder/in", "1").file("becomes-file", "2").folder("becomes-real")
                .file("becomes-real/a", "3").symlink("becomes-link", "keep");
        Files.writeString(context.resolve("Dockerfile"), "FROM " + tools.push(base, upper) + "\nENV A=b\n");

        Verdict verdict = verifier.verify(VerifyLevel.CONTENT, tools.build(context), tools);

        // root, keep, keep/b, opaque, opaque/fresh, becomes-folder, its file, becomes-file, becomes-real, its file,
        // becomes-link, .wh
        assertThat(verdict).isEqualTo(new Verdict.Equal(VerifyLevel.CONTENT, 12));
    }

    @Test
    void findsHardLinksEqual() throws Exception {
        TarBuilder base = new TarBuilder().file("a", "one").link("b", "a").link("c/d", "a");
        TarBuilder upper = new TarBuilder().file("a", "two");

        assertThat(verify(VerifyLevel.CONTENT, base, upper)).isInstanceOf(Verdict.Equal.class);
    }

    @Test
    void findsDeletedFilesThatAreBack() throws Exception {
        assertThat(verify(VerifyLevel.CONTENT, resurrection()))
                .asInstanceOf(type(Verdict.Different.class)).satisfies(different -> {
                    assertThat(different.total()).isEqualTo(2);
                    assertThat(different.first()).extracting(Difference::toString).containsExactly(
                            "/d/old1: exists only in the Nydus image (OCI says nothing, Nydus says file)",
                            "/d/old2: exists only in the Nydus image (OCI says nothing, Nydus says file)");
                });
    }

    /** The proof that it is the comparison of the files that finds the case above: all else lets it pass. */
    @Test
    void doesNotSeeDeletedFilesThatAreBackByStructureAlone() throws Exception {
        assertThat(verify(VerifyLevel.STRUCTURE, resurrection()))
                .isEqualTo(new Verdict.Equal(VerifyLevel.STRUCTURE, 0));
    }

    /** Directory, file, directory: nydus-image 2.2.0 brings back what was in the first. */
    private static TarBuilder[] resurrection() {
        return new TarBuilder[]{new TarBuilder().folder("d").file("d/old1", "1").file("d/old2", "2"),
                new TarBuilder().file("d", "now a file"), new TarBuilder().folder("d").file("d/new", "n")};
    }

    @Test
    void findsTwoBuildsThatAreNotOne() throws Exception {
        writeContext(new TarBuilder().file("a", "1"));
        byte[] oci = tools.solve(context, "gzip");
        byte[] nydus = tools.solve(context, "nydus", "--no-cache");

        assertThat(verifier.verify(VerifyLevel.STRUCTURE, new Pair(oci, nydus, LayerCompression.GZIP), tools))
                .isInstanceOf(Verdict.Diverged.class);
    }

    @Test
    void refusesLayersOfAnotherKind() throws Exception {
        writeContext(new TarBuilder().file("a", "1"));
        Pair pair = tools.build(context);

        assertThat(verifier.verify(VerifyLevel.STRUCTURE, new Pair(pair.nydus(), pair.nydus(), LayerCompression.GZIP),
                tools)).isInstanceOf(Verdict.Broken.class);
        assertThat(verifier.verify(VerifyLevel.STRUCTURE, new Pair(pair.oci(), pair.oci(), LayerCompression.GZIP),
                tools)).isInstanceOf(Verdict.Broken.class);
        assertThat(verifier.verify(VerifyLevel.STRUCTURE, new Pair(pair.oci(), pair.nydus(), LayerCompression.ZSTD),
                tools)).isInstanceOf(Verdict.Broken.class);
    }

    @Test
    void findsLayersWithoutDataAndTheSameLayerTwiceEqual() throws Exception {
        TarBuilder folders = new TarBuilder().folder("x").symlink("l", "x").file("empty", "");
        TarBuilder file = new TarBuilder().file("f", "1");
        writeContext(folders, file, file, new TarBuilder().file("f", "2"));
        Files.writeString(context.resolve("Dockerfile"), "WORKDIR /x\nWORKDIR /y\nLABEL a=b\n",
                StandardOpenOption.APPEND);

        assertThat(verifier.verify(VerifyLevel.CONTENT, tools.build(context), tools))
                .isEqualTo(new Verdict.Equal(VerifyLevel.CONTENT, 6));
    }

    @Test
    void findsATamperedBootstrap() throws Exception {
        writeContext(new TarBuilder().file("secret", "content of the file").symlink("link", "to-somewhere"));
        Pair pair = tools.build(context);
        byte[] chunk = Blake3.hash("content of the file".getBytes(StandardCharsets.UTF_8));
        byte[] other = Blake3.hash("something else".getBytes(StandardCharsets.UTF_8));

        assertThat(verifier.verify(VerifyLevel.CONTENT, tools.withBootstrap(pair, boot -> boot), tools))
                .as("taken apart and put together again").isEqualTo(new Verdict.Equal(VerifyLevel.CONTENT, 3));
        assertThat(differences(tools.withBootstrap(pair, boot -> replace(boot, chunk, other))))
                .containsExactly("/secret: content");
        assertThat(differences(tools.withBootstrap(pair, boot -> replace(boot, "to-somewhere".getBytes(UTF_8),
                "to-elsewhere".getBytes(UTF_8))))).containsExactly("/link: link target");
        assertThat(differences(tools.withBootstrap(pair, boot -> replace(boot, "secret".getBytes(UTF_8),
                "secreu".getBytes(UTF_8))))).containsExactly("/secret: exists only in the OCI image",
                        "/secreu: exists only in the Nydus image");
        assertThat(differences(tools.withBootstrap(pair, boot -> changeMode(boot)))).containsExactly("/secret: mode");
        assertThat(verifier.verify(VerifyLevel.CONTENT, tools.withBootstrap(pair, boot -> new byte[8192]), tools))
                .isInstanceOf(Verdict.Broken.class);
    }

    @Test
    void findsTheBootstrapOfAnotherImage() throws Exception {
        writeContext(new TarBuilder().file("a", "1"));
        Pair one = tools.build(context);
        writeContext(new TarBuilder().file("a", "2"));
        byte[] other = tools.bootstrap(tools.build(context));

        assertThat(verifier.verify(VerifyLevel.STRUCTURE, tools.withBootstrap(one, _ -> other), tools))
                .asInstanceOf(type(Verdict.Broken.class)).extracting(Verdict.Broken::reason).asString()
                .contains("names blobs that the manifest does not have");
    }

    private List<String> differences(Pair pair) throws IOException, InterruptedException {
        return verifier.verify(VerifyLevel.CONTENT, pair, tools) instanceof Verdict.Different different
                ? different.first().stream().map(d -> d.path() + ": " + d.what()).toList()
                : List.of();
    }

    private static byte[] replace(byte[] in, byte[] from, byte[] to) {
        String text = new String(in, StandardCharsets.ISO_8859_1);
        String old = new String(from, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(old);
        return text.replace(old, new String(to, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Makes the one regular file, found by its mode 0644, setuid. */
    private static byte[] changeMode(byte[] boot) {
        byte[] changed = boot.clone();
        for (int at = 4096; at < boot.length; at += 32) {
            if ((boot[at + 4] & 0xff) == 0xa4 && (boot[at + 5] & 0xff) == 0x81) {
                changed[at + 5] |= 0x08;
                return changed;
            }
        }
        throw new AssertionError("no inode of mode 0100644");
    }

    @Test
    void compares20000SmallFiles() throws Exception {
        TarBuilder many = new TarBuilder();
        for (int i = 0; i < 20_000; i++) {
            many.file("d" + i % 100 + "/file-" + i, ("content " + i + "\n").repeat(100));
        }
        writeContext(many);
        Pair pair = tools.build(context);

        long start = System.nanoTime();
        verifier.prepare(pair.oci(), LayerCompression.GZIP, tools);
        long listed = System.nanoTime();
        Verdict verdict = verifier.verify(VerifyLevel.CONTENT, pair, tools);
        long compared = System.nanoTime();
        verifier.verify(VerifyLevel.CONTENT, pair, tools);
        System.out.printf("20,000 files: listed in %d ms, compared in %d ms, again in %d ms%n",
                (listed - start) / 1_000_000, (compared - listed) / 1_000_000,
                (System.nanoTime() - compared) / 1_000_000);

        assertThat(verdict).isEqualTo(new Verdict.Equal(VerifyLevel.CONTENT, 20_101));
    }

    private Verdict verify(VerifyLevel level, TarBuilder... layers) throws IOException, InterruptedException {
        writeContext(layers);
        Pair pair = tools.build(context);
        return verifier.verify(level, pair, tools);
    }

    private void writeContext(TarBuilder... layers) throws IOException {
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        for (int i = 0; i < layers.length; i++) {
            Files.write(context.resolve("layer" + i + ".tar"), layers[i].tar());
            dockerfile.append("ADD layer").append(i).append(".tar /\n");
        }
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
    }
}
