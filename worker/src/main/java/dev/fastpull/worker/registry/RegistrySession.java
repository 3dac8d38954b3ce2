package dev.fastpull.worker.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.messages.Digest;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The calls of one build to one registry, with credentials read when it was opened
 * (<a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI distribution specification</a>).
 * It may be used by several threads. Every method throws {@link RegistryException} where the registry fails or refuses,
 * after some attempts where trying again may help, and {@link InterruptedException} soon after the thread was
 * interrupted, whatever it was waiting for.
 */
public final class RegistrySession {
    private final RegistryEndpoint endpoint;
    private final BlobReader blobs;
    private final FoundCredentials found;

    RegistrySession(RegistryEndpoint endpoint, FoundCredentials found) {
        this.endpoint = endpoint;
        this.blobs = new BlobReader(endpoint);
        this.found = found;
    }

    /** {@return the registry, a host with its port where it has one} */
    public String registry() {
        return endpoint.registry();
    }

    /** {@return the credentials of this session, and where they are from or were looked for} */
    public FoundCredentials credentials() {
        return found;
    }

    /**
     * Fetches a manifest or index.
     *
     * @param repository the repository's path, as in {@code team/app}
     * @param reference a tag or a digest
     * @return the manifest, whose bytes are what its digest says
     * @throws RegistryException of kind NOT_FOUND where it is not there, INVALID where it is larger than 4 MiB or its
     *         bytes are not what the digest or the registry says, and as said above
     * @throws InterruptedException as said above
     */
    public Manifest manifest(String repository, String reference) throws RegistryException, InterruptedException {
        HttpCall call = manifestCall("GET", repository, reference).with("Accept", Manifest.ACCEPT)
                .withLimit(Manifest.MAX_BYTES + 1);
        HttpAnswer answer = succeed(call, RegistryEndpoint.pull(repository), repository + at(reference), false);
        if (answer.body().length > Manifest.MAX_BYTES) {
            throw endpoint.invalid(repository + at(reference) + " has a manifest larger than 4 MiB");
        }
        Digest digest = VerifiedInputStream.digestOf(answer.body());
        Optional<String> said = answer.header("Docker-Content-Digest");
        String expected = Digest.parse(reference).map(Digest::toString).or(() -> said).orElse(digest.toString());
        if (expected.startsWith("sha256:") && !expected.equals(digest.toString())) {
            throw endpoint
                    .invalid("the manifest of " + repository + at(reference) + " has the digest " + digest + ", not "
                            + RegistryErrors.printable(expected));
        }
        return new Manifest(answer.body(), mediaType(answer), digest);
    }

    /**
     * Asks which manifest a tag names, without fetching it where the registry tells its digest.
     *
     * @param repository the repository's path
     * @param tag the tag, or a digest to see whether it is there
     * @return the digest, or empty where there is no such tag or repository
     * @throws RegistryException as said above
     * @throws InterruptedException as said above
     */
    public Optional<Digest> digestOf(String repository, String tag) throws RegistryException, InterruptedException {
        HttpCall call = manifestCall("HEAD", repository, tag).with("Accept", Manifest.ACCEPT);
        try {
            HttpAnswer answer = succeed(call, RegistryEndpoint.pull(repository), repository + at(tag), false);
            Optional<Digest> said = answer.header("Docker-Content-Digest").flatMap(Digest::parse);
            return said.isPresent() ? said : Optional.of(manifest(repository, tag).digest());
        } catch (RegistryException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Fetches a blob. Redirects to an object store are followed, without the credentials.
     *
     * @param repository the repository's path
     * @param digest the blob
     * @return its bytes; reading the end throws {@link RegistryException} of kind INVALID where they are not what the
     *         digest says. The caller closes it, at any time. A read waits no longer than the idle timeout; it ends with
     *         an interrupt in a virtual thread only
     * @throws RegistryException of kind NOT_FOUND where it is not there, and as said above
     * @throws InterruptedException as said above
     */
    public InputStream blob(String repository, Digest digest) throws RegistryException, InterruptedException {
        return blobs.open(repository, digest);
    }

    /**
     * Asks whether a blob is there.
     *
     * @param repository the repository's path
     * @param digest the blob
     * @return its size in bytes, or empty where it is not there
     * @throws RegistryException as said above
     * @throws InterruptedException as said above
     */
    public OptionalLong blobSize(String repository, Digest digest) throws RegistryException, InterruptedException {
        return blobs.size(repository, digest);
    }

    /**
     * Puts a manifest under a tag, which moves to it where it exists.
     *
     * @param repository the repository's path
     * @param tag the tag
     * @param mediaType the manifest's media type
     * @param bytes the manifest; what it names must be in the repository
     * @return its digest
     * @throws RegistryException of kind IMMUTABLE where the tag exists and may not move, INVALID where the registry does
     *         not like the manifest, and as said above
     * @throws InterruptedException as said above; whether the tag has moved is then unknown
     */
    public Digest putManifest(String repository, String tag, String mediaType, byte[] bytes)
            throws RegistryException, InterruptedException {
        HttpCall call = manifestCall("PUT", repository, tag).withBody(mediaType, bytes);
        HttpAnswer answer = succeed(call, RegistryEndpoint.push(repository), repository + at(tag), true);
        Digest digest = VerifiedInputStream.digestOf(bytes);
        String said = answer.header("Docker-Content-Digest").orElse(digest.toString());
        if (said.startsWith("sha256:") && !said.equals(digest.toString())) {
            throw endpoint
                    .invalid("it took " + repository + at(tag) + " for " + RegistryErrors.printable(said) + ", not "
                            + digest);
        }
        return digest;
    }

    /**
     * Begins the upload of a blob and gives it up at once, which is how to learn whether a push is allowed.
     *
     * @param repository the repository's path
     * @throws RegistryException of kind UNAUTHORIZED or NOT_FOUND where a push would fail, and as said above
     * @throws InterruptedException as said above
     */
    void tryUpload(String repository) throws RegistryException, InterruptedException {
        URI uploads = endpoint.uri(repository, "blobs/uploads/");
        HttpAnswer answer = succeed(HttpCall.of("POST", uploads), RegistryEndpoint.push(repository),
                "a push to " + repository, false);
        String location = answer.header("Location").orElse("");
        try {
            URI upload = uploads.resolve(location);
            if (!location.isEmpty() && endpoint.isHere(upload)) {
                // Whether this succeeds does not matter: registries clear away uploads that nobody goes on with, and
                // some want a right to delete for it.
                endpoint.send(HttpCall.of("DELETE", upload), RegistryEndpoint.push(repository));
            }
        } catch (IllegalArgumentException | RegistryException e) {
            // as said
        }
    }

    private HttpAnswer succeed(HttpCall call, String scope, String what, boolean putsManifest)
            throws RegistryException, InterruptedException {
        HttpAnswer answer = endpoint.send(call, scope);
        if (!answer.ok()) {
            throw RegistryErrors.of("The registry " + endpoint.registry() + ", asked for " + what + ",", answer,
                    putsManifest);
        }
        return answer;
    }

    private HttpCall manifestCall(String method, String repository, String reference) {
        return HttpCall.of(method, endpoint.uri(repository, "manifests/" + reference));
    }

    private static String at(String reference) {
        return (reference.contains(":") ? "@" : ":") + reference;
    }

    private static String mediaType(HttpAnswer answer) {
        String header = answer.header("Content-Type").orElse("");
        String bare = header.contains(";") ? header.substring(0, header.indexOf(';')) : header;
        if (bare.strip().startsWith("application/vnd.")) {
            return bare.strip();
        }
        try {
            return new ObjectMapper().readTree(answer.body()).path("mediaType").asText(bare.strip());
        } catch (IOException e) {
            return bare.strip();
        }
    }
}
