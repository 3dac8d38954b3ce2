package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreadableRequestTest {

    private static String reason(Decoded decoded) {
        return assertThat(decoded).asInstanceOf(type(Decoded.Unreadable.class)).actual().reason();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"~~ | empty", "[] | not a JSON object",
                    "\"x\" | not a JSON object", "null | not a JSON object", "{} {} | not valid JSON",
                    "{} x | not valid JSON",
                    "{\"a\": | ends too early", "{\"a\": hunter2} | not valid JSON (line 1, column",
                    "{'a': 1} | not valid JSON",
                    "{\"a\": 1,} | not valid JSON", "{\"a\": NaN} | not valid JSON", "{\"a\": 01} | not valid JSON",
                    "{\"a\": 1, \"a\": 2} | the field \"a\" twice",
                    "{\"o\": {\"b\": 1, \"b\": 1}} | the field \"b\" twice",
                    "{\"a\": \"\\ud800\"} | half of a surrogate pair", "{\"\\udc00\": 1} | not valid",
                    "{\"x\\ud800y\": 1} | not valid",
                    "{\"a\": // comment | not valid JSON"})
    void saysWhyWithoutRepeatingTheMessage(String body, String reason) {
        assertThat(reason(MessageCodec.decodeRequest(body))).contains(reason).doesNotContain("hunter2");
    }

    @Test
    void isStrictAboutUtf8() {
        byte[] latin1 = "{\"a\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] overlong = {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'};
        byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16LE);

        assertThat(reason(MessageCodec.decodeRequest(latin1))).contains("not valid UTF-8");
        assertThat(reason(MessageCodec.decodeRequest(overlong))).contains("not valid UTF-8");
        assertThat(reason(MessageCodec.decodeRequest(utf16))).contains("not valid JSON");
        assertThat(reason(MessageCodec.decodeRequest("\uFEFF{}"))).contains("byte order mark");
        assertThat(reason(MessageCodec.decodeRequest("{\"a\": \"\uD800\"}"))).contains("not valid Unicode");
    }

    @Test
    void isStrictAboutSizeAndDepth() {
        String padded = "{" + " ".repeat(RequestLimits.BYTES - 2) + "}";
        String deep = "{\"metadata\": {\"a\": " + "[".repeat(30) + "]".repeat(30) + "}}";

        assertThat(MessageCodec.decodeRequest(padded)).isInstanceOf(Decoded.Violating.class);
        assertThat(reason(MessageCodec.decodeRequest(padded + " "))).contains("262145 bytes; 262144 are the most");
        assertThat(MessageCodec.decodeRequest(deep)).isInstanceOf(Decoded.Violating.class);
        assertThat(reason(MessageCodec.decodeRequest(deep.replace("[]", "[[]]")))).contains("more than 32 levels deep");
        assertThat(reason(MessageCodec.decodeRequest("[".repeat(200_000)))).contains("more than 32 levels deep");
        assertThat(reason(MessageCodec.decodeRequest("{\"a\": " + "1".repeat(101) + "}"))).contains("100 characters");
    }
}
