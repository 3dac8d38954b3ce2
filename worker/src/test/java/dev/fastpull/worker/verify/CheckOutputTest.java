package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.Digest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On lines that nydus-image 2.2.0 printed. */
class CheckOutputTest {
    private static final String ROOT = "inode: dir \"/\": index 0 ino 128 real_ino 128 i_parent 128 child_index 0 "
            + "child_count 15 i_nlink 4 i_size 296 i_blocks 1 i_name_size 1 i_symlink_size 296 has_xattr false "
            + "link None i_mtime 0 i_mtime_nsec 0";
    private static final String FILE = "inode: file \"/big\": index 0 ino 149 real_ino 149 i_parent 128 child_index 0 "
            + "child_count 3 i_nlink 1 i_size 2000000 i_blocks 5860 i_name_size 3 i_symlink_size 50880 has_xattr false "
            + "link None i_mtime 1795479720 i_mtime_nsec 0";
    private static final String ID = "273f53b83c2040446cca331dc87ed7ad84aff02754166bfae2c2e2f64ad86bd9";
    private static final String CHUNK = "\t chunk: id " + ID + ", index 2, blob_index 0, file_offset 0, "
            + "compressed 3/1048576, uncompressed 8192/1048576";
    private static final String LAST_CHUNK = "\t chunk: id " + ID + ", index 3, blob_index 0, file_offset 1048576, "
            + "compressed 1048579/951424, uncompressed 1056768/951424";
    private static final String VALID = "RAFS filesystem metadata is valid, referenced data blobs: ";
    private static final String BLOB = "88755a6d4b45f7508317096e5acb4d560761bffbb488e3d76bc777ab587af8fa";
    private static final String BLOB_LINE = "\t 0: " + BLOB + ", compressed data size 0x2dc730, compressed file size "
            + "0x2ddf2d, uncompressed file size 0x4a9000, chunks: 0xc, features: aligned cap_toc chunk-digest";

    private final List<CheckOutput.Inode> inodes = new ArrayList<>();

    @Test
    void readsInodesChunksAndBlobs() throws Exception {
        assertThat(read(ROOT, FILE, CHUNK, LAST_CHUNK, VALID, BLOB_LINE)).containsExactly(new Digest(BLOB));

        Chunking.Folding twice = new Chunking.Folding();
        twice.add(HexFormat.of().parseHex(ID));
        twice.add(HexFormat.of().parseHex(ID));
        assertThat(inodes).containsExactly(
                new CheckOutput.Inode("", "dir", 128, 4, 296, 15, null, ContentId.NONE, true),
                new CheckOutput.Inode("big", "file", 149, 1, 2_000_000, 3, null, twice.finish(), true));
    }

    @Test
    void readsLinksAndSpecialFilesWithOddNames() throws Exception {
        read("inode: symlink \"/odd\\nlink\": index 0 ino 163 real_ino 163 i_parent 128 child_index 0 child_count 1 "
                + "i_nlink 1 i_size 11 i_blocks 1 i_name_size 7 i_symlink_size 11 has_xattr false "
                + "link Some(\"tgt\\nwith \\\"x link None\") i_mtime 1795479720 i_mtime_nsec 0",
                "inode:  \"/bad\\xFF\\xFE \\\": index 0 ino 1\": index 0 ino 156 real_ino 156 child_index 0 "
                        + "child_count 0 i_nlink 1 i_size 0 i_blocks 0 i_name_size 4 i_symlink_size 0 has_xattr false "
                        + "link None i_mtime 1795479720 i_mtime_nsec 0",
                VALID);

        assertThat(inodes).containsExactly(
                new CheckOutput.Inode("odd\nlink", "symlink", 163, 1, 11, 1, "tgt\nwith \"x link None", ContentId.NONE,
                        true),
                new CheckOutput.Inode("bad\u00ff\u00fe \": index 0 ino 1", "", 156, 1, 0, 0, null, ContentId.NONE,
                        true));
    }

    @Test
    void seesThatChunksDoNotMakeUpTheFile() throws Exception {
        read(FILE, CHUNK, FILE, CHUNK, CHUNK, FILE, CHUNK, LAST_CHUNK, LAST_CHUNK, VALID, BLOB_LINE);

        assertThat(inodes).extracting(CheckOutput.Inode::chunksFit).containsExactly(false, false, false);
    }

    @Test
    void aChunkInABlobThatIsNotNamedIsRefused() {
        assertThatThrownBy(() -> read(FILE, CHUNK, LAST_CHUNK, VALID)).isInstanceOf(UnprovableException.class)
                .hasMessageContaining("blob that it does not name");
    }

    @Test
    void anOutputWithoutItsEndIsRefused() {
        assertThatThrownBy(() -> read(ROOT)).isInstanceOf(UnprovableException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "something new", "inode: dir /: ino 1", "inode: dir \"/a\\q\": ino 1 link None",
                    "inode: dir \"/a\": ino x i_nlink 1 i_size 1 child_count 1 link None",
                    "inode: dir \"/a\": i_nlink 1 i_size 1 child_count 1 link None", "inode: dir \"/a",
                    "\t chunk: id 12",
                    "inode: dir \"a\": ino 1 i_nlink 1 i_size 1 child_count 1 link None"})
    void aLineThatIsNotUnderstoodIsRefused(String line) {
        assertThatThrownBy(() -> read(FILE, line)).isInstanceOf(UnprovableException.class);
    }

    @Test
    void rustsEscapesAreTakenBack() throws Exception {
        assertThat(new RustText("x\"a\\\\ \\' \\\" \\t\\r\\n\\0 \\u{301} \\xff é\"rest", 1)).satisfies(text -> {
            assertThat(text.value()).isEqualTo(RawText.of("a\\ ' \" \t\r\n\0 \u0301 ") + "\u00ff" + RawText.of(" é"));
            assertThat(text.end()).isEqualTo("x\"a\\\\ \\' \\\" \\t\\r\\n\\0 \\u{301} \\xff é\"".length());
        });
    }

    private List<Digest> read(String... lines) throws UnprovableException {
        CheckOutput output = new CheckOutput(1 << 20, inodes::add);
        for (String line : lines) {
            output.line(line);
        }
        return output.finish();
    }
}
