package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingCacheTest {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
    private static final Digest LAYER = new Digest("a".repeat(64));
    private static final Digest OTHER = new Digest("b".repeat(64));
    private static final Change.Put FILE = new Change.Put(FileKind.FILE, 04644, 7, 4_000_000_000L, 5L << 32, null,
            -7, ContentId.of(new byte[32]));

    @TempDir
    private Path folder;

    private int made;

    @Test
    void givesBackWhatWasListedWithoutListingAgain() throws Exception {
        List<String> seen = new ArrayList<>();

        cache(NOW).get(LAYER, Chunking.USUAL, this::make);
        boolean holdsData = cache(NOW).get(LAYER, Chunking.USUAL, this::make)
                .read((path, change) -> seen.add(path + "=" + change));

        assertThat(made).isEqualTo(1);
        assertThat(holdsData).isTrue();
        assertThat(seen).containsExactly("a\u00ff=" + FILE, "b=" + new Change.Link("a\u00ff"),
                "c=" + new Change.Remove(), "=" + new Change.Opaque(), "l=" + new Change.Put(FileKind.SYMLINK, 0777, 0,
                        0, 0, "to", 0, ContentId.NONE));
    }

    @Test
    void listsAgainForAnotherChunking() throws Exception {
        cache(NOW).get(LAYER, Chunking.USUAL, this::make);
        cache(NOW).get(LAYER, new Chunking(Chunking.Digester.SHA256, 1 << 20), this::make);
        cache(NOW).get(LAYER, new Chunking(Chunking.Digester.BLAKE3, 1 << 19), this::make);

        assertThat(made).isEqualTo(3);
    }

    @Test
    void makesADamagedListingAnew() throws Exception {
        cache(NOW).get(LAYER, Chunking.USUAL, this::make);
        Path file = files().getFirst();
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x40;
            Files.write(file, bad);
            assertThat(new LayerListing(file).isSound()).as("byte %d flipped", at).isFalse();
        }
        Files.write(file, new byte[3]);
        cache(NOW).get(LAYER, Chunking.USUAL, this::make);

        assertThat(made).isEqualTo(2);
        assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }

    @Test
    void leavesNothingWhereListingFails() {
        assertThatThrownBy(() -> cache(NOW).get(LAYER, Chunking.USUAL, to -> {
            make(to);
            throw new IOException("the registry is gone");
        })).isInstanceOf(IOException.class);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void dropsTheLeastRecentlyUsedFirst() throws Exception {
        cache(NOW).get(LAYER, Chunking.USUAL, this::make);
        cache(NOW.plusSeconds(1)).get(OTHER, Chunking.USUAL, this::make);
        cache(NOW.plusSeconds(2)).get(LAYER, Chunking.USUAL, this::make);
        long one = Files.size(files().getFirst());

        new ListingCache(folder, one, at(NOW)).prune();

        assertThat(files()).singleElement().asString().contains(LAYER.hex());
    }

    @Test
    void dropsWhatAKilledWorkerLeftHalfWritten() throws Exception {
        Path left = Files.createFile(folder.resolve("abc.partial"));

        cache(Instant.now()).prune();
        assertThat(left).exists();
        cache(Instant.now().plus(Duration.ofDays(2))).prune();
        assertThat(left).doesNotExist();
    }

    private void make(LayerListing.Visitor to) throws IOException, UnprovableException {
        made++;
        to.visit("a\u00ff", FILE);
        to.visit("b", new Change.Link("a\u00ff"));
        to.visit("c", new Change.Remove());
        to.visit("", new Change.Opaque());
        to.visit("l", new Change.Put(FileKind.SYMLINK, 0777, 0, 0, 0, "to", 0, ContentId.NONE));
    }

    private ListingCache cache(Instant now) {
        return new ListingCache(folder, 1 << 20, at(now));
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
