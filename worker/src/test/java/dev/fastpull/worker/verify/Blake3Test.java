package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Blake3Test {
    private final Blake3 blake3 = new Blake3();

    @Test
    void hashesTheEmptyInputAsPublished() {
        assertThat(HexFormat.of().formatHex(blake3.hash(new byte[0], 0, 0)))
                .isEqualTo("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049, 3072, 3073, 4096, 5120, 31744, 65536, 102400,
                    262143, 262144, 262145, 300_000, 1_000_001, 1 << 20})
    void agreesWithAnotherImplementation(int length) {
        byte[] data = new byte[length + 7];
        new Random(length).nextBytes(data);

        byte[] other = org.apache.commons.codec.digest.Blake3.hash(Arrays.copyOfRange(data, 3, 3 + length));

        assertThat(blake3.hash(data, 3, length)).isEqualTo(other);
        assertThat(blake3.hash(data, 3, length)).as("the same object, used again").isEqualTo(other);
    }
}
