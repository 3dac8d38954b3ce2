package dev.fastpull.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void aQuotedValueMayHoldCommasAndEscapedQuotes() {
        assertThat(Challenge.parse(List.of("Bearer realm=\"https://auth.example.com/token\",service=\"a \\\"b\\\"\","
                + "scope=\"repository:app:pull,push\""))).containsExactly(new Challenge("bearer",
                        Map.of("realm", "https://auth.example.com/token", "service", "a \"b\"", "scope",
                                "repository:app:pull,push")));
    }

    @Test
    void severalChallengesMayStandInOneHeaderOrInSeveral() {
        assertThat(Challenge.parse(List.of("Basic realm=\"x\", Bearer realm=y , service = z", "Negotiate")))
                .containsExactly(new Challenge("basic", Map.of("realm", "x")),
                        new Challenge("bearer", Map.of("realm", "y", "service", "z")),
                        new Challenge("negotiate", Map.of()));
    }

    @Test
    void namesAreComparedWithoutCase() {
        assertThat(Challenge.parse(List.of("BASIC Realm=\"Registry Realm\"")).getFirst().parameter("realm"))
                .contains("Registry Realm");
    }

    @Test
    void nonsenseIsNoChallenge() {
        assertThat(Challenge.parse(List.of("", "=,=", "\"", "Bearer realm=\"unended")))
                .allSatisfy(challenge -> assertThat(challenge.parameters()).isEmpty());
    }
}
