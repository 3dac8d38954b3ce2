package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTailTest {

    @Test
    void keepsAShortLogWhole() {
        String log = "x".repeat(LogTail.MAX_BYTES);

        assertThat(LogTail.of(log)).isSameAs(log);
        assertThat(LogTail.of("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "🐳"})
    void beginsWithAWholeCharacter(String character) {
        String log = "begin" + character.repeat(LogTail.MAX_BYTES) + "end";
        byte[] tail = LogTail.of(log).getBytes(StandardCharsets.UTF_8);

        assertThat(tail.length).isBetween(LogTail.MAX_BYTES - 3, LogTail.MAX_BYTES);
        assertThat(new String(tail, StandardCharsets.UTF_8)).startsWith(character).endsWith("end");
    }
}
