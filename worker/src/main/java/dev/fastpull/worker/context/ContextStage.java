package dev.fastpull.worker.context;

import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a build's context: {@link #fetch}, then {@link #unpack}. One of these serves all builds of a worker at once.
 * Call it from a virtual thread for each build, and interrupt that thread to stop: blocked reads from a network end
 * then, which they do not on a platform thread.
 */
public final class ContextStage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContextStage.class);
    private static final String ARCHIVE = "context.archive";

    private final ContextConfig config;
    private final ContextCredentials credentials;
    private final HttpAccess access;
    private final HttpFetch http;

    /**
     * The stage as workers use it.
     *
     * @param config what the operator says
     * @throws IllegalArgumentException if a file of certificates cannot be read
     */
    public ContextStage(ContextConfig config) {
        this(config, Resolver.system(), Clock.systemUTC(), Pause.real());
    }

    /**
     * The stage with its surroundings handed in.
     *
     * @param config what the operator says
     * @param resolver looks up the hosts of URLs
     * @param clock tells whether a presigned URL had expired
     * @param pause waits between tries
     * @throws IllegalArgumentException if a file of certificates cannot be read
     */
    public ContextStage(ContextConfig config, Resolver resolver, Clock clock, Pause pause) {
        this.config = config;
        this.credentials = new ContextCredentials(config.credentials());
        this.access = new HttpAccess(config, resolver);
        this.http = new HttpFetch(new Redirects(access, config.redirects()), config,
                new RetryWaits(RandomGenerator.getDefault()), clock, pause);
    }

    /**
     * Fetches and hashes an archive. A {@code file:} URL's archive is hashed where it lies.
     *
     * @param source where the archive is
     * @param workFolder an existing folder of this build's own, for the archive
     * @param progress hears how far the fetch is
     * @return the archive
     * @throws BuildException if the archive is not to be had: INVALID_REQUEST, POLICY_DENIED, CONTEXT_NOT_FOUND,
     *         CONTEXT_NOT_AUTHORIZED, CONTEXT_UNAVAILABLE, CONTEXT_TOO_LARGE, CONTEXT_DIGEST_MISMATCH, DISK_FULL
     * @throws InterruptedException if the thread is interrupted
     */
    public FetchedArchive fetch(ContextSource source, Path workFolder, FetchProgress progress)
            throws BuildException, InterruptedException {
        Interrupts.check();
        ContextUrl url = ContextUrl.parse(source.url())
                .orElseThrow(() -> new BuildException(FailureReason.INVALID_REQUEST, "context.url "
                        + RedactedUrl.of(source.url()) + " is no valid http, https or file URL."));
        FetchedArchive archive = url.scheme().equals("file")
                ? new LocalArchive(config.folders(), config.limits()).open(url, progress)
                : download(url, source.credential(), workFolder.resolve(ARCHIVE), progress);
        if (source.sha256() != null && !source.sha256().equals(archive.sha256())) {
            discard(archive);
            throw new BuildException(FailureReason.CONTEXT_DIGEST_MISMATCH, "The context from " + url
                    + " has the SHA-256 " + archive.sha256() + ", but the request says " + source.sha256() + ".");
        }
        LOG.info("context {}: {} bytes, sha256 {}", url, archive.bytes(), archive.sha256());
        return archive;
    }

    /**
     * Unpacks an archive. Where this fails, what it has written so far is left for whoever clears the work folder.
     *
     * @param archive the archive
     * @param folder the folder to make for it; it must not exist, but its parent must
     * @param path the folder in the archive that is the build's context; null for the archive's root
     * @return the context
     * @throws BuildException if the archive is refused: CONTEXT_REJECTED, CONTEXT_TOO_LARGE, CONTEXT_UNAVAILABLE,
     *         DISK_FULL
     * @throws InterruptedException if the thread is interrupted
     */
    public UnpackedContext unpack(FetchedArchive archive, Path folder, @Nullable String path)
            throws BuildException, InterruptedException {
        return new Unpacker(config.limits()).unpack(archive, folder, path);
    }

    private FetchedArchive download(ContextUrl url, @Nullable String credentialName, Path file, FetchProgress progress)
            throws BuildException, InterruptedException {
        Credential credential = credential(url, credentialName);
        boolean done = false;
        try (Download download = Download.to(file)) {
            http.fetch(url, credential, download, progress);
            FetchedArchive archive = new FetchedArchive(file, download.sha256(), download.received(), true,
                    Files.getLastModifiedTime(file));
            done = true;
            return archive;
        } catch (IOException e) {
            throw WorkerDisk.failure(e);
        } finally {
            if (!done) {
                delete(file);
            }
        }
    }

    /** A credential that the request names comes first, then user info in the URL, then one of a matching prefix. */
    private @Nullable Credential credential(ContextUrl url, @Nullable String name) throws BuildException {
        String userInfo = url.userInfo();
        if (name != null || userInfo == null) {
            return credentials.select(url, name).orElse(null);
        }
        int colon = userInfo.indexOf(':');
        try {
            return Credential.basic(UrlPrefix.parse(url.origin()),
                    decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)),
                    colon < 0 ? "" : decoded(userInfo.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new BuildException(FailureReason.INVALID_REQUEST, "context.url has user info that is not validly"
                    + " escaped.");
        }
    }

    private static String decoded(String userInfo) {
        return URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void discard(FetchedArchive archive) {
        if (archive.temporary()) {
            delete(archive.file());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot delete {}", file);
        }
    }

    /** Closes all connections. */
    @Override
    public void close() {
        try {
            access.close();
        } catch (IOException e) {
            LOG.debug("closing the connections for contexts: {}", e.getClass().getName());
        }
    }
}
