package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Layers over layers. What is expected was read off overlayfs mounts and the image specification's layer.md. */
class FileTreeTest {
    private final FileTree tree = new FileTree();

    @Test
    void aLaterFileHidesAnEarlierOne() throws Exception {
        apply(file("a", 1));
        apply(file("a", 2));

        assertThat(shown()).containsExactly(Map.entry("a", "file 2"));
    }

    @Test
    void aDirectoryOverADirectoryKeepsWhatIsInItAndTakesTheNewMode() throws Exception {
        apply(folder("d", 0755), file("d/a", 1));
        apply(folder("d", 0700), file("d/b", 2));

        assertThat(shown()).containsOnlyKeys("d", "d/a", "d/b");
        assertThat(at("d").file().mode()).isEqualTo(0700);
    }

    @Test
    void aDirectoryThatOnlyItsFilesNameKeepsTheModeBelow() throws Exception {
        apply(folder("d", 0700));
        apply(file("d/b", 2));

        assertThat(at("d").file().mode()).isEqualTo(0700);
        assertThat(at("d").attributesKnown()).isTrue();
    }

    @Test
    void aDirectoryThatNoLayerHasAnEntryForIsThereWithUnknownMode() throws Exception {
        apply(file("x/y/z", 1));

        assertThat(shown()).containsOnlyKeys("x", "x/y", "x/y/z");
        assertThat(at("x/y").attributesKnown()).isFalse();
    }

    @Test
    void aFileOverADirectoryHidesItForGood() throws Exception {
        apply(folder("d", 0755), file("d/old", 1));
        apply(file("d", 2));
        apply(folder("d", 0755), file("d/new", 3));

        assertThat(shown()).containsOnlyKeys("d", "d/new");
    }

    @Test
    void aDirectoryOverASymbolicLinkReplacesIt() throws Exception {
        apply(folder("usr", 0755), link("lib", "usr"), file("usr/a", 1));
        apply(file("lib/b", 2));

        assertThat(shown()).containsOnlyKeys("usr", "usr/a", "lib", "lib/b");
    }

    @Test
    void whiteoutsRemoveFilesAndWholeDirectories() throws Exception {
        apply(folder("d", 0755), file("d/a", 1), folder("e", 0755), file("e/b", 2), file("c", 3));
        apply(new Step("d/a", new Change.Remove()), new Step("e", new Change.Remove()));

        assertThat(shown()).containsOnlyKeys("d", "c");
    }

    @Test
    void aWhiteoutSparesWhatItsOwnLayerPutsThere() throws Exception {
        apply(folder("d", 0755), file("d/old", 1));
        apply(folder("d", 0755), file("d/new", 2), new Step("d", new Change.Remove()));

        assertThat(shown()).containsOnlyKeys("d", "d/new");
    }

    @Test
    void anOpaqueDirectoryHidesAllBelowWhereverTheMarkerStands() throws Exception {
        apply(folder("d", 0755), file("d/old", 1), folder("d/sub", 0755), file("d/sub/old", 2));
        apply(folder("d", 0755), file("d/first", 3), new Step("d", new Change.Opaque()), file("d/sub/new", 4));

        assertThat(shown()).containsOnlyKeys("d", "d/first", "d/sub", "d/sub/new");
    }

    @Test
    void anOpaqueRootHidesEverything() throws Exception {
        apply(file("a", 1));
        apply(new Step("", new Change.Opaque()), file("b", 2));

        assertThat(shown()).containsOnlyKeys("b");
    }

    @Test
    void aHardLinkIsTheFileItPointedToInItsOwnLayer() throws Exception {
        apply(file("a", 1), new Step("b", new Change.Link("a")));
        apply(file("a", 2));

        assertThat(shown()).containsEntry("a", "file 2").containsEntry("b", "file 1");
    }

    @Test
    void aHardLinkMayPointToALayerBelowAndToASymbolicLink() throws Exception {
        apply(file("a", 1), link("l", "a"));
        apply(new Step("b", new Change.Link("a")), new Step("c", new Change.Link("l")));

        assertThat(shown()).containsEntry("b", "file 1").containsEntry("c", "symbolic link 0");
    }

    @Test
    void refusesAHardLinkToNothing() {
        assertThatThrownBy(() -> apply(new Step("b", new Change.Link("a")))).isInstanceOf(UnprovableException.class)
                .hasMessageContaining("hard link b points to a");
    }

    @Test
    void refusesAnEntryBelowASymbolicLinkOfItsOwnLayer() {
        assertThatThrownBy(() -> apply(link("lib", "usr"), file("lib/b", 1))).isInstanceOf(UnprovableException.class)
                .hasMessageContaining("below a symbolic link");
    }

    private record Step(String path, Change change) {}

    private static Step file(String path, long size) {
        return new Step(path, new Change.Put(FileKind.FILE, 0644, 0, 0, size, null, 0, ContentId.NONE));
    }

    private static Step folder(String path, int mode) {
        return new Step(path, new Change.Put(FileKind.DIRECTORY, mode, 0, 0, 0, null, 0, ContentId.NONE));
    }

    private static Step link(String path, String target) {
        return new Step(path, new Change.Put(FileKind.SYMLINK, 0777, 0, 0, 0, target, 0, ContentId.NONE));
    }

    private void apply(Step... steps) throws UnprovableException {
        FileTree.Layer layer = tree.layer();
        for (Step step : steps) {
            layer.visit(step.path(), step.change());
        }
        layer.apply();
    }

    private FileTree.Node at(String path) {
        FileTree.Node node = tree.find(path);
        assertThat(node).as(path).isNotNull();
        return Objects.requireNonNull(node);
    }

    private Map<String, String> shown() {
        Map<String, String> shown = new TreeMap<>();
        collect(tree.root(), "", shown);
        return shown;
    }

    private static void collect(FileTree.Node node, String path, Map<String, String> into) {
        node.children().forEach((name, child) -> {
            into.put(path + name, child.file().kind() + " " + child.file().size());
            collect(child, path + name + "/", into);
        });
    }
}
