package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.codec.digest.Blake3;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LayerListerTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    private record Step(String path, Change change) {}

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void listsEveryKindOfEntryInOrder() throws Exception {
        byte[] layer = new TarBuilder().folder("./d").file("/d//a", "text").symlink("l", "../x")
                .link("h", "./d/a").device('3', "null", 1, 3).device('4', "disk", 259, 1048575)
                .device('6', "pipe", 0, 0)
                .file("d/.wh.gone", "").file("d/.wh..wh..opq", "").file(".wh..wh.plnk", "").gzip();

        assertThat(list(layer)).containsExactly(
                new Step("d", new Change.Put(FileKind.DIRECTORY, 0755, 0, 0, 0, null, 0, ContentId.NONE)),
                new Step("d/a", new Change.Put(FileKind.FILE, 0644, 0, 0, 4, null, 0,
                        ContentId.of(Blake3.hash("text".getBytes(StandardCharsets.UTF_8))))),
                new Step("l", new Change.Put(FileKind.SYMLINK, 0777, 0, 0, 0, "../x", 0, ContentId.NONE)),
                new Step("h", new Change.Link("d/a")),
                new Step("null", new Change.Put(FileKind.CHARACTER_DEVICE, 0600, 0, 0, 0, null, 0x103, ContentId.NONE)),
                new Step("disk",
                        new Change.Put(FileKind.BLOCK_DEVICE, 0600, 0, 0, 0, null, 0xFFF103FF, ContentId.NONE)),
                new Step("pipe", new Change.Put(FileKind.FIFO, 0600, 0, 0, 0, null, 0, ContentId.NONE)),
                new Step("d/gone", new Change.Remove()), new Step("d", new Change.Opaque()));
    }

    @Test
    void namesAreBytes() throws Exception {
        byte[] layer = new TarBuilder().pax("path", "bad\u00ff\u00fe", "uid", "3000000").file("x", "")
                .gnu('L', "n".repeat(300)).gnu('K', "t".repeat(200)).symlink("x", "x").file("ü\n", "").gzip();

        assertThat(list(layer)).extracting(Step::path).containsExactly("bad\u00ff\u00fe", "n".repeat(300),
                "\u00c3\u00bc\n");
        assertThat(list(layer).get(0).change()).extracting("uid").isEqualTo(3_000_000L);
        assertThat(list(layer).get(1).change()).extracting("link").isEqualTo("t".repeat(200));
    }

    @Test
    void hashesEachChunkAndThenTheirHashes() throws Exception {
        byte[] content = new byte[(3 << 20) + 17];
        new Random(7).nextBytes(content);
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        for (int at = 0; at < content.length; at += 1 << 20) {
            hashes.writeBytes(Blake3.hash(Arrays.copyOfRange(content, at, Math.min(content.length, at + (1 << 20)))));
        }

        List<Step> steps = list(new TarBuilder().file("big", content, 0644).file("small", "s").gzip());

        assertThat(steps).extracting(Step::path).containsExactly("big", "small");
        assertThat(steps.getFirst().change()).extracting("content")
                .isEqualTo(ContentId.of(DigestUtils.sha256(hashes.toByteArray())));
    }

    @Test
    void hashesWithSha256AndOtherChunkSizesToo() throws Exception {
        byte[] content = new byte[4096];
        List<Step> steps = list(new TarBuilder().file("a", content, 0644).gzip(), LayerCompression.GZIP,
                new Chunking(Chunking.Digester.SHA256, 4096));

        assertThat(steps.getFirst().change()).extracting("content")
                .isEqualTo(ContentId.of(DigestUtils.sha256(content)));
    }

    @Test
    void readsZstdAndGzipOfSeveralMembers() throws Exception {
        TarBuilder layer = new TarBuilder().file("a", "1");
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        byte[] tar = layer.tar();
        for (byte[] part : List.of(Arrays.copyOf(tar, 700), Arrays.copyOfRange(tar, 700, tar.length))) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(members)) {
                gzip.write(part);
            }
        }

        assertThat(list(members.toByteArray())).hasSize(1);
        assertThat(list(Zstd.compress(tar), LayerCompression.ZSTD, Chunking.USUAL)).hasSize(1);
    }

    @Test
    void readsTheLayerToItsVeryEndSoThatItsDigestIsChecked() throws Exception {
        ByteArrayInputStream layer = new ByteArrayInputStream(new TarBuilder().file("a", "1").gzip());

        new LayerLister(Chunking.USUAL, threads, 2).list(layer, LayerCompression.GZIP, (_, _) -> {});

        assertThat(layer.available()).isZero();
    }

    @Test
    void refusesWhatItCannotBeSureOf() {
        assertThatThrownBy(() -> list(new TarBuilder().entry('S', "sparse", "", new byte[0], 0644, 0, 0).gzip()))
                .isInstanceOf(UnprovableException.class).hasMessageContaining("type 'S': sparse");
        assertThatThrownBy(() -> list(new TarBuilder().pax("GNU.sparse.major", "1").file("sparse", "").gzip()))
                .isInstanceOf(UnprovableException.class).hasMessageContaining("sparse");
        byte[] damaged = new TarBuilder().file("a", "1").tar();
        damaged[3]++;
        assertThatThrownBy(() -> list(Zstd.compress(damaged), LayerCompression.ZSTD, Chunking.USUAL))
                .isInstanceOf(UnprovableException.class).hasMessageContaining("no tar");
    }

    @Test
    void aLayerThatIsCutShortIsAnError() {
        byte[] tar = new TarBuilder().file("a", new byte[5000], 0644).tar();

        assertThatThrownBy(() -> list(Zstd.compress(Arrays.copyOf(tar, 3000)), LayerCompression.ZSTD, Chunking.USUAL))
                .isInstanceOf(IOException.class);
    }

    private List<Step> list(byte[] gzip) throws Exception {
        return list(gzip, LayerCompression.GZIP, Chunking.USUAL);
    }

    private List<Step> list(byte[] layer, LayerCompression compression, Chunking chunking)
            throws IOException, InterruptedException, UnprovableException {
        List<Step> steps = new ArrayList<>();
        new LayerLister(chunking, threads, 2).list(new ByteArrayInputStream(layer), compression,
                (path, change) -> steps.add(new Step(path, change)));
        return steps;
    }
}
