package dev.fastpull.worker.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sabotage changes is still there: a protection that has moved elsewhere would be turned off no more. */
class SabotageTest {
    @TempDir
    Path folder;

    @Test
    void allOfItAppliesAndCompiles() throws Exception {
        Path classes = Sabotage.compile(EnumSet.allOf(Sabotage.class), folder).getFirst();

        assertThat(classes.resolve("dev/fastpull/worker/queue/Slot.class")).exists();
        assertThat(Files.readString(folder.resolve("source/dev/fastpull/worker/queue/Slot.java")))
                .contains("activity.begin(); session.commit();");
    }
}
