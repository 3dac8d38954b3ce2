package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventIdTest {

    private static String id(String body) {
        return EventId.of("r-1", body.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 9562, appendix A.4. */
    @Test
    void makesTheUuidOfTheRfc() {
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

        assertThat(EventId.version5(dns, "www.example.com".getBytes(StandardCharsets.US_ASCII)))
                .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    /** Consumers keep ids for longer than a worker's version lasts, so this one may never change. */
    @Test
    void staysTheSameForEver() {
        assertThat(id("{\"b\": [1.50, null, \"é\\n\"], \"a\": true}"))
                .isEqualTo("0c7eb5fe-8a8d-53e6-9144-ca4e1ac2327f");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"{\"a\":1,\"b\":2} | { \"b\" : 2,\t \"a\" : 1 }",
                    "{\"a\":100} | {\"a\":1e2}", "{\"a\":100} | {\"a\":100.00}", "{\"a\":0} | {\"a\":-0.0}",
                    "{\"a\":\"é/\"} | {\"\\u0061\":\"\\u00e9\\/\"}",
                    "{\"a\":{\"c\":1,\"b\":[]}} | {\"a\":{\"b\":[ ],\"c\":1}}",
                    "{\"a\":12345678901234567890123} | {\"a\":1.2345678901234567890123e22}"})
    void doesNotMindTheSpelling(String one, String other) {
        assertThat(id(one)).isEqualTo(id(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"{\"a\":1} | {\"a\":\"1\"}",
                    "{\"a\":[1,2]} | {\"a\":[2,1]}",
                    "{\"a\":null} | {}", "{\"a\":\"\"} | {\"a\":\" \"}", "{\"a\":{}} | {\"a\":[]}",
                    "{\"a\":1 | {\"a\": 1",
                    "{\"a\":9007199254740993} | {\"a\":9007199254740992}", "{\"a\":0.1} | {\"a\":0.10000000000000001}"})
    void tellsDifferentRequestsApart(String one, String other) {
        assertThat(id(one)).isNotEqualTo(id(other));
    }

    @Test
    void dependsOnTheRequestIdAndOnBodiesThatCannotBeRead() {
        byte[] body = {'{', (byte) 0xFF};

        assertThat(EventId.of("r-1", body)).isNotEqualTo(EventId.of("r-2", body)).isEqualTo(EventId.of("r-1", body));
        assertThat(UUID.fromString(EventId.of("r-1", body)).version()).isEqualTo(5);
    }

    @Test
    void isTheSameForARequestAndItsMessage() {
        BuildRequest request = BuildRequest.of("r-1", "host.example/app", "https://host.example/a.tar");

        assertThat(EventId.of(request)).isEqualTo(id(MessageCodec.encodeRequest(request)));
    }

    @Test
    void isNotUpsetByHugeExponents() {
        assertThat(id("{\"a\":1e999999999}")).isNotEqualTo(id("{\"a\":1e999999998}"));
    }
}
