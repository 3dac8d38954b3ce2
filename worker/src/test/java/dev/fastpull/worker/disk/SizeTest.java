package dev.fastpull.worker.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {

    @ParameterizedTest
    @CsvSource({"5GiB,5368709120", "5,5368709120", "5g,5368709120", "500 MiB,524288000", "3MB,3145728", "7K,7168",
            "1T,1099511627776", "10%,100", "0,0"})
    void whatPeopleWriteIsUnderstood(String text, long bytes) {
        assertThat(Size.parse(text).bytes(1000)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5GiB", "-1", "101%", "much", "5 GiB more", "1000000000"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> Size.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as 5GiB");
    }

    @Test
    void aCacheCannotBeNothing() {
        assertThatThrownBy(() -> Size.parsePositive("0%")).hasMessageContaining("above zero");
    }

    @Test
    void peopleReadIt() {
        assertThat(Size.text(1_288_490_189)).isEqualTo("1.2 GiB");
        assertThat(Size.text(300L << 20)).isEqualTo("300.0 MiB");
        assertThat(Size.text(0)).isEqualTo("0.0 KiB");
    }
}
