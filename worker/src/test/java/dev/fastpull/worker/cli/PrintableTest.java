package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void nothingThatMovesTheCursorIsLeft() {
        assertThat(Printable.line("\u001b[31mred\u001b[0m\u001b]0;title\u0007 \u001b[2Jend\u0007  "))
                .isEqualTo("red end");
        assertThat(Printable.line("10 %\r50 %\r100 %\r")).isEqualTo("100 %");
        assertThat(Printable.line("a\tb\u0085c")).isEqualTo("a    b\u0085c".replace("\u0085", ""));
    }

    @Test
    void cutsBetweenCharacters() {
        assertThat(Printable.cut("abc", 3)).isEqualTo("abc");
        assertThat(Printable.cut("abcd", 3)).isEqualTo("ab…");
        assertThat(Printable.cut("😀😀😀", 2)).isEqualTo("😀…");
        assertThat(Printable.cut("abc", 0)).isEmpty();
    }

    @Test
    void readsTheSizeThatSttyTells() {
        assertThat(Terminal.parse("50 132\n")).isEqualTo(new Terminal(132, 50));
        assertThat(Terminal.parse("0 0\n")).isEqualTo(new Terminal(80, 24));
        assertThat(Terminal.parse("")).isEqualTo(new Terminal(80, 24));
    }
}
