package dev.fastpull.worker.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fetches bearer tokens from the server that a registry's challenge names: by GET with a password or without
 * (<a href="https://distribution.github.io/distribution/spec/auth/token/">token</a>), by POST with an identity token
 * (<a href="https://distribution.github.io/distribution/spec/auth/oauth/">oauth</a>).
 */
final class TokenServer {
    /** What the protocol says that a token is good for where its answer does not. */
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);

    private final RegistryHttp http;
    private final Clock clock;
    private final String registry;
    private final boolean plainHttp;

    TokenServer(RegistryHttp http, Clock clock, String registry, boolean plainHttp) {
        this.http = http;
        this.clock = clock;
        this.registry = registry;
        this.plainHttp = plainHttp;
    }

    /** A token that is to be sent until {@code end}. */
    record Token(String value, Instant end) {
        @Override
        public String toString() {
            return "Token[hidden]";
        }
    }

    /**
     * Fetches a token.
     *
     * @param challenge the registry's challenge, of scheme bearer
     * @param credentials who asks
     * @param scopes what for
     * @throws RegistryException of kind UNAUTHORIZED where the server refuses, INVALID where its address is not one that
     *         credentials may be sent to or its answer holds no token
     */
    Token fetch(Challenge challenge, Credentials credentials, List<String> scopes)
            throws RegistryException, InterruptedException {
        URI realm = realm(challenge);
        List<String> form = new ArrayList<>();
        challenge.parameter("service").ifPresent(service -> form.add(pair("service", service)));
        HttpAnswer answer;
        if (credentials instanceof Credentials.IdentityToken identity) {
            form.add(pair("scope", String.join(" ", scopes)));
            form.add(pair("client_id", "fastpull"));
            form.add(pair("grant_type", "refresh_token"));
            form.add(pair("refresh_token", identity.token()));
            answer = http.send(HttpCall.of("POST", realm)
                    .withBody("application/x-www-form-urlencoded",
                            String.join("&", form).getBytes(StandardCharsets.UTF_8)),
                    "");
        } else {
            scopes.forEach(scope -> form.add(pair("scope", scope)));
            String start = realm + (realm.getRawQuery() == null ? "?" : "&");
            String header = credentials instanceof Credentials.Basic basic ? basic.header() : "";
            answer = http.send(HttpCall.of("GET", URI.create(start + String.join("&", form))), header);
        }
        if (!answer.ok()) {
            throw RegistryErrors.of("The token server " + realm.getRawAuthority() + " of " + registry, answer, false);
        }
        return token(answer).orElseThrow(() -> new RegistryException(Kind.INVALID,
                "The token server " + realm.getRawAuthority() + " of " + registry + " answered without a token.",
                null));
    }

    // A registry reached by https must not be able to have a password sent in the clear.
    private URI realm(Challenge challenge) throws RegistryException {
        try {
            URI realm = URI.create(challenge.parameter("realm").orElse(""));
            boolean allowed = "https".equals(realm.getScheme()) || (plainHttp && "http".equals(realm.getScheme()));
            if (allowed && realm.getHost() != null && realm.getRawUserInfo() == null) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new RegistryException(Kind.INVALID, "The registry " + registry + " names a token server that is not"
                + " reached by https; credentials are not sent there.", null);
    }

    private Optional<Token> token(HttpAnswer answer) {
        try {
            JsonNode json = new ObjectMapper().readTree(answer.body());
            String value = json.path("token").asText(json.path("access_token").asText(""));
            Duration life = Duration.ofSeconds(json.path("expires_in").asLong(0));
            Duration least = life.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : life;
            // A tenth less, so that it does not end on its way.
            return value.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Token(value, clock.instant().plus(least.multipliedBy(9).dividedBy(10))));
        } catch (IOException e) {
            return Optional.empty(); // no JSON: the caller says so, without the text
        }
    }

    private static String pair(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
