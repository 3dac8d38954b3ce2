package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.worker.context.TarBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * BuildKit keeps the files of local contexts and tells them apart by path, size, mode and time alone. Two requests whose
 * archives agree in all four must not get each other's files.
 */
class ContextCacheIT {
    private static final String DOCKERFILE = "FROM scratch\nCOPY file /file\n";

    @TempDir
    static Path folder;

    @Test
    void filesOfTheSameNameSizeAndTimeAreNotMixedUp() throws Exception {
        try (var worker = RunningWorker.start(folder)) {
            for (String content : new String[]{"first", "other", "again"}) {
                byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
                worker.succeeds(worker.request(content)
                        .context(worker.archive(new TarBuilder().entry('0', "file", "", 0644, bytes)))
                        .dockerfileInline(DOCKERFILE)
                        .build());
                assertThat(worker.file(worker.image(content, "v1"), "file")).isEqualTo(bytes);
            }
        }
    }
}
