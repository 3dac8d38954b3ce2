package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

class TreeComparisonTest {
    private static final ContentId ONE = ContentId.of(new byte[]{1, 1, 1, 1, 1, 1, 1, 1, 1});
    private static final ContentId TWO = ContentId.of(new byte[]{2, 2, 2, 2, 2, 2, 2, 2, 2});

    private final FileTree tree = new FileTree();
    private TreeComparison comparison = new TreeComparison(tree, 3);

    @BeforeEach
    void fill() throws UnprovableException {
        FileTree.Layer layer = tree.layer();
        layer.visit("d", put(FileKind.DIRECTORY, 0, null, 0, ContentId.NONE));
        layer.visit("d/f", put(FileKind.FILE, 10, null, 0, ONE));
        layer.visit("l", put(FileKind.SYMLINK, 0, "to\n", 0, ContentId.NONE));
        layer.visit("n", put(FileKind.CHARACTER_DEVICE, 0, null, 0x103, ContentId.NONE));
        layer.apply();
        comparison = new TreeComparison(tree, 3);
        nydus("", "dir", FileKind.DIRECTORY, 0, null, ContentId.NONE, 0);
        nydus("d", "dir", FileKind.DIRECTORY, 0, null, ContentId.NONE, 0);
    }

    @Test
    void findsNothingWhereNothingDiffers() {
        rest();

        assertThat(comparison.finish()).isEmpty();
        assertThat(comparison.total()).isZero();
        assertThat(comparison.compared()).isEqualTo(5);
    }

    @Test
    void findsWhatDiffers() {
        nydus("d/f", "file", FileKind.FILE, 10, null, TWO, 0);
        nydus("l", "symlink", FileKind.SYMLINK, 3, "to\\x0a", ContentId.NONE, 0);
        nydus("n", "", FileKind.CHARACTER_DEVICE, 0, null, ContentId.NONE, 0x104);

        assertThat(comparison.finish()).extracting(Difference::toString).containsExactly(
                "/d/f: content (OCI says 0101010101010101…, Nydus says 0202020202020202…)",
                "/l: link target (OCI says 'to\\x0a', Nydus says 'to\\x0a')",
                "/n: device number (OCI says 1:3, Nydus says 1:4)");
    }

    @Test
    void findsAnotherSizeAndAnotherType() {
        nydus("d/f", "file", FileKind.FILE, 11, null, ONE, 0);
        nydus("l", "file", FileKind.FILE, 3, null, ONE, 0);
        nydus("n", "", FileKind.BLOCK_DEVICE, 0, null, ContentId.NONE, 0x103);

        assertThat(comparison.finish()).extracting(Difference::what).containsExactly("size", "type", "type");
    }

    @Test
    void findsThatNydusImageAndTheInodeDoNotAgree() {
        nydus("d/f", "dir", FileKind.FILE, 10, null, ONE, 0);

        comparison.finish();
        assertThat(comparison.total()).as("the type, and two that are missing").isEqualTo(3);
    }

    @Test
    void findsWhatIsOnOneSideOnlyAndTwice() {
        rest();
        nydus("d/more", "file", FileKind.FILE, 1, null, ONE, 0);
        nydus("l", "symlink", FileKind.SYMLINK, 3, "to\n", ContentId.NONE, 0);

        assertThat(comparison.finish()).extracting(Difference::path).containsExactly("/d/more", "/l");
    }

    @Test
    void countsAllAndKeepsTheFirstByPath() {
        for (int i = 99; i >= 0; i--) {
            nydus("extra%02d".formatted(i), "file", FileKind.FILE, 1, null, ONE, 0);
        }

        List<Difference> first = comparison.finish();

        assertThat(comparison.total()).isEqualTo(103);
        assertThat(first).extracting(Difference::path).containsExactly("/d/f", "/extra00", "/extra01");
    }

    @Test
    void findsAnotherModeAndOwner() {
        comparison.nydus(inode("d/f", "file", 10, null, ONE),
                new Bootstrap.Attributes(FileKind.FILE, 04755, 7, 0, 0));

        assertThat(comparison.finish()).extracting(Difference::toString).startsWith(
                "/d/f: mode (OCI says 644, Nydus says 4755)", "/d/f: owner (OCI says 0:0, Nydus says 7:0)");
    }

    private void rest() {
        nydus("d/f", "hardlink", FileKind.FILE, 10, null, ONE, 0);
        nydus("l", "symlink", FileKind.SYMLINK, 3, "to\n", ContentId.NONE, 0);
        nydus("n", "", FileKind.CHARACTER_DEVICE, 0, null, ContentId.NONE, 0x103);
    }

    private void nydus(String path, String type, FileKind kind, long size, @Nullable String link, ContentId content,
            int device) {
        comparison.nydus(inode(path, type, size, link, content),
                new Bootstrap.Attributes(kind, 0644, 0, 0, device));
    }

    private static CheckOutput.Inode inode(String path, String type, long size, @Nullable String link,
            ContentId content) {
        return new CheckOutput.Inode(path, type, 1, 1, size, 1, link, content, true);
    }

    private static Change.Put put(FileKind kind, long size, @Nullable String link, int device, ContentId content) {
        return new Change.Put(kind, 0644, 0, 0, size, link, device, content);
    }
}
