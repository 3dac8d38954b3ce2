package dev.fastpull.worker.registry;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What goes into the Authorization header of calls to one registry. There is no call just to find out: the first one
 * goes without, and the challenge in its answer says what is wanted, from then on.
 */
final class Authorization {
    private final Credentials credentials;
    private final TokenServer tokens;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, TokenServer.Token> cache = new HashMap<>();
    private @Nullable Challenge wanted;

    Authorization(Credentials credentials, TokenServer tokens, Clock clock) {
        this.credentials = credentials;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * The header for a call.
     *
     * @param scope what the call needs, as in {@code repository:team/app:pull,push}
     * @return the header; empty for none
     */
    String header(String scope) throws RegistryException, InterruptedException {
        if (credentials instanceof Credentials.RegistryToken token) {
            return "Bearer " + token.token();
        }
        lock.lockInterruptibly();
        try {
            Challenge known = wanted;
            if (known == null) {
                return "";
            }
            return known.scheme().equals("basic") ? basic() : bearer(known, scope);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes up the challenge of a 401.
     *
     * @param answer the answer
     * @param sent the header that was refused; empty where there was none
     * @param scope what the call needs
     * @return the header to try once more; empty where there is nothing better than what was sent
     */
    Optional<String> renewed(HttpAnswer answer, String sent, String scope)
            throws RegistryException, InterruptedException {
        List<Challenge> challenges = Challenge.parse(answer.headers("WWW-Authenticate"));
        Optional<Challenge> bearer = challenges.stream().filter(one -> one.scheme().equals("bearer")).findFirst();
        Optional<Challenge> basic = challenges.stream().filter(one -> one.scheme().equals("basic")).findFirst();
        if (credentials instanceof Credentials.RegistryToken) {
            return Optional.empty();
        }
        lock.lockInterruptibly();
        try {
            if (bearer.isPresent()) {
                wanted = bearer.get();
                cache.values().removeIf(token -> sent.equals("Bearer " + token.value()));
                return Optional.of(bearer(bearer.get(), scope)).filter(header -> !header.equals(sent));
            }
            wanted = basic.orElse(wanted);
            return Optional.of(basic())
                    .filter(header -> !header.isEmpty() && !header.equals(sent) && basic.isPresent());
        } finally {
            lock.unlock();
        }
    }

    private String basic() {
        return credentials instanceof Credentials.Basic basic ? basic.header() : "";
    }

    private String bearer(Challenge challenge, String scope) throws RegistryException, InterruptedException {
        Instant now = clock.instant();
        cache.values().removeIf(token -> !token.end().isAfter(now));
        // A token to pull and push is good to pull, too.
        TokenServer.Token token = cache.getOrDefault(scope, cache.get(scope + ",push"));
        if (token == null) {
            List<String> scopes = new ArrayList<>(List.of(scope));
            // Some registries ask for a scope of their own; one of another repository is of an earlier call's challenge.
            challenge.parameter("scope").filter(asked -> !asked.startsWith("repository:")).ifPresent(scopes::add);
            token = tokens.fetch(challenge, credentials, scopes);
            cache.put(scope, token);
        }
        return "Bearer " + token.value();
    }
}
