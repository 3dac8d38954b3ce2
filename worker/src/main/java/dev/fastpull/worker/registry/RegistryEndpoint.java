package dev.fastpull.worker.registry;

import dev.fastpull.worker.registry.RegistryException.Kind;
import java.net.URI;
import java.util.Optional;

/** One registry with one set of credentials: where it is, and calls that get through its authorization. */
final class RegistryEndpoint {
    private final RegistryHttp http;
    private final String registry;
    private final URI base;
    private final Authorization authorization;

    RegistryEndpoint(RegistryHttp http, String registry, String baseUrl, Authorization authorization) {
        this.http = http;
        this.registry = registry;
        this.base = URI.create(baseUrl);
        this.authorization = authorization;
    }

    String registry() {
        return registry;
    }

    URI uri(String repository, String rest) {
        return URI.create(base + "/v2/" + repository + "/" + rest);
    }

    static String pull(String repository) {
        return "repository:" + repository + ":pull";
    }

    static String push(String repository) {
        return "repository:" + repository + ":pull,push";
    }

    /** Makes a call, and once more where the registry wants (other) credentials. None go to another host. */
    HttpAnswer send(HttpCall call, String scope) throws RegistryException, InterruptedException {
        String header = header(call, scope);
        HttpAnswer answer = http.send(call, header);
        Optional<String> better = renewed(call, answer, header, scope);
        return better.isPresent() ? http.send(call, better.get()) : answer;
    }

    /** The same for an answer that is not read yet, which the caller closes. */
    RegistryHttp.OpenAnswer open(HttpCall call, String scope) throws RegistryException, InterruptedException {
        String header = header(call, scope);
        RegistryHttp.OpenAnswer open = http.open(call, header);
        if (open.status() != 401) {
            return open;
        }
        HttpAnswer answer = open.headOnly();
        open.close();
        return http.open(call, renewed(call, answer, header, scope).orElse(header));
    }

    private String header(HttpCall call, String scope) throws RegistryException, InterruptedException {
        return isHere(call.uri()) ? authorization.header(scope) : "";
    }

    private Optional<String> renewed(HttpCall call, HttpAnswer answer, String header, String scope)
            throws RegistryException, InterruptedException {
        return answer.status() == 401 && isHere(call.uri())
                ? authorization.renewed(answer, header, scope)
                : Optional.empty();
    }

    /** {@return whether the address is this registry's own, by scheme, host and port} */
    boolean isHere(URI uri) {
        return base.getScheme().equals(uri.getScheme()) && base.getRawAuthority().equals(uri.getRawAuthority());
    }

    /**
     * Where a redirect leads: by https, or by HTTP from a registry that is reached so itself.
     *
     * @param call what was asked
     * @param answer the redirect
     * @return the call to make instead
     * @throws RegistryException where it leads nowhere that may be followed; its address, which may be signed, is not
     *         shown
     */
    HttpCall redirected(HttpCall call, HttpAnswer answer) throws RegistryException {
        String location = answer.header("Location").orElse("");
        try {
            URI to = call.uri().resolve(location);
            boolean allowed = "https".equals(to.getScheme())
                    || ("http".equals(to.getScheme()) && base.getScheme().equals("http"));
            if (!location.isEmpty() && allowed && to.getHost() != null) {
                return call.at(to);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw invalid("it redirects to an address that is not followed");
    }

    RegistryException invalid(String what) {
        return new RegistryException(Kind.INVALID, "The registry " + registry + " cannot be relied on: " + what + ".",
                null);
    }
}
