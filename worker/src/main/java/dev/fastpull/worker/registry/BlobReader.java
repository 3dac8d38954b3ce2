package dev.fastpull.worker.registry;

import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Reads blobs, which a registry may have in an object store elsewhere. */
final class BlobReader {
    private static final int MAX_REDIRECTS = 5;

    private final RegistryEndpoint endpoint;

    BlobReader(RegistryEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** {@return the blob's bytes, verified at their end} */
    InputStream open(String repository, Digest digest) throws RegistryException, InterruptedException {
        HttpCall call = HttpCall.of("GET", endpoint.uri(repository, "blobs/" + digest));
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            RegistryHttp.OpenAnswer open = endpoint.open(call, RegistryEndpoint.pull(repository));
            try {
                if (open.status() == 200) {
                    return new VerifiedInputStream(open.body(), call.host(), digest, open);
                }
                HttpAnswer answer = open.toEnd(HttpCall.SMALL);
                open.close();
                call = next(call, answer, repository, digest);
            } catch (RegistryException e) {
                throw e;
            } catch (IOException e) {
                open.close();
                throw RegistryErrors.of(call.host(), e);
            }
        }
        throw endpoint.invalid("it redirects without end for " + repository + "@" + digest);
    }

    /** {@return the blob's size in bytes, empty where it is not there} */
    OptionalLong size(String repository, Digest digest) throws RegistryException, InterruptedException {
        HttpCall call = HttpCall.of("HEAD", endpoint.uri(repository, "blobs/" + digest));
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpAnswer answer = endpoint.send(call, RegistryEndpoint.pull(repository));
            if (answer.status() == 404) {
                return OptionalLong.empty();
            }
            if (answer.ok()) {
                String length = answer.header("Content-Length").orElse("");
                if (length.matches("[0-9]{1,18}")) {
                    return OptionalLong.of(Long.parseLong(length));
                }
                throw endpoint.invalid("it does not tell the size of " + repository + "@" + digest);
            }
            call = next(call, answer, repository, digest);
        }
        throw endpoint.invalid("it redirects without end for " + repository + "@" + digest);
    }

    private HttpCall next(HttpCall call, HttpAnswer answer, String repository, Digest digest)
            throws RegistryException {
        if (answer.status() / 100 == 3) {
            return endpoint.redirected(call, answer);
        }
        throw RegistryErrors.of("The registry " + call.host() + ", asked for " + repository + "@" + digest + ",",
                answer, false);
    }
}
