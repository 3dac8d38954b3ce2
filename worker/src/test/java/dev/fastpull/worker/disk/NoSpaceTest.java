package dev.fastpull.worker.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoSpaceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"cp: error writing 'x': No space left on device", "npm ERR! ENOSPC", "Disk quota exceeded",
                    "Error: Os { code: 28 } (os error 28)", "database or disk is full"})
    void programsSayItInManyWays(String text) {
        assertThat(NoSpace.saidBy(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Permission denied", "no space in the file's name", "NOTENOSPCX"})
    void otherWordsAreOtherWords(String text) {
        assertThat(NoSpace.saidBy(text)).isFalse();
    }

    @Test
    void aCauseIsFoundBelowOthers() {
        assertThat(NoSpace.causes(new IllegalStateException("broken",
                new UncheckedIOException(new IOException("No space left on device"))))).isTrue();
        assertThat(NoSpace.causes(new IOException((String) null))).isFalse();
        assertThat(NoSpace.saidBy(null)).isFalse();
    }
}
