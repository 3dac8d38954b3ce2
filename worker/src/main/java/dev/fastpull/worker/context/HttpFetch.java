package dev.fastpull.worker.context;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one archive by http or https, over as many connections as it takes. Where a connection breaks, the next one
 * asks for the rest, with If-Range so that bytes of two versions of the archive are never put together; a server that
 * cannot do that begins anew.
 */
final class HttpFetch {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFetch.class);
    private static final int BUFFER = 256 * 1024;
    /** A connection that brings less than this before it breaks counts as one that failed. */
    private static final long PROGRESS = 1 << 20;

    private final Redirects redirects;
    private final ContextConfig config;
    private final RetryWaits waits;
    private final Clock clock;
    private final Pause pause;

    HttpFetch(Redirects redirects, ContextConfig config, RetryWaits waits, Clock clock, Pause pause) {
        this.redirects = redirects;
        this.config = config;
        this.waits = waits;
        this.clock = clock;
        this.pause = pause;
    }

    /** How one connection ended that did not end the fetch. */
    private record Broken(String why, @Nullable Duration askedFor) {}

    void fetch(ContextUrl url, @Nullable Credential credential, Download download, FetchProgress progress)
            throws BuildException, InterruptedException {
        int failures = 0;
        long best = 0;
        while (true) {
            Optional<Broken> broken = connect(url, credential, download, progress);
            if (broken.isEmpty()) {
                return;
            }
            String why = broken.get().why();
            if (download.received() >= best + PROGRESS) {
                failures = 0;
            }
            best = Math.max(best, download.received());
            failures++;
            Optional<Duration> wait = waits.next(failures, broken.get().askedFor());
            if (failures > config.retries() || wait.isEmpty()) {
                throw new BuildException(FailureReason.CONTEXT_UNAVAILABLE, "The context cannot be fetched from " + url
                        + ": " + why + (wait.isEmpty() ? ", and asks to come back later than the worker waits" : "")
                        + " (" + failures + (failures == 1 ? " try" : " tries in a row") + ").");
            }
            LOG.info("context {}: {}; {} bytes are there, next try in {} ms", url, why, download.received(),
                    wait.get().toMillis());
            pause.pause(wait.get());
        }
    }

    private Optional<Broken> connect(ContextUrl url, @Nullable Credential credential, Download download,
            FetchProgress progress) throws BuildException, InterruptedException {
        Interrupts.check();
        try (Redirects.Answer answer = redirects.get(url, credential, resuming(download))) {
            return receive(url, answer, download, progress);
        } catch (IOException e) {
            // The exception is not passed on as a cause: HTTP libraries quote URLs, and its text may hold the query.
            Interrupts.check();
            LOG.debug("context {}: {}", url, e.getClass().getName());
            if (NetworkFailure.isPermanent(e)) {
                throw new BuildException(FailureReason.CONTEXT_UNAVAILABLE,
                        "The context cannot be fetched from " + url + ": " + NetworkFailure.words(e, config) + ".");
            }
            return Optional.of(new Broken(NetworkFailure.words(e, config), null));
        }
    }

    private static Map<String, String> resuming(Download download) {
        Map<String, String> headers = new HashMap<>();
        String validator = download.validator();
        if (download.received() > 0 && validator != null) {
            headers.put("Range", "bytes=" + download.received() + "-");
            headers.put("If-Range", validator);
        }
        return headers;
    }

    private Optional<Broken> receive(ContextUrl url, Redirects.Answer answer, Download download,
            FetchProgress progress) throws BuildException, IOException, InterruptedException {
        int status = answer.response().getCode();
        HttpEntity entity = answer.response().getEntity();
        if (status == 200 && entity != null) {
            download.begin(entity.getContentLength(), Validators.of(answer));
        } else if (status == 206 && entity != null && download.validator() != null && download.received() > 0) {
            if (!Validators.continues(answer, download)) {
                download.forgetValidator();
                return Optional.of(new Broken("the server resumes at the wrong place", null));
            }
        } else if (status == 416 && download.validator() != null) {
            download.forgetValidator();
            return Optional.of(new Broken("the server does not resume", null));
        } else {
            return Optional.of(refused(url, answer, status));
        }
        limit(download.total());
        try (InputStream body = Uncloseable.of(entity.getContent())) {
            byte[] buffer = new byte[BUFFER];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                Interrupts.check();
                limit(download.received() + read);
                download.append(buffer, read);
                progress.received(download.received(), download.total());
            }
        }
        if (download.total() >= 0 && download.received() < download.total()) {
            return Optional.of(new Broken("the connection ended early", null));
        }
        if (download.total() >= 0 && download.received() > download.total()) {
            download.forgetValidator();
            return Optional.of(new Broken("the server sends more than it promised", null));
        }
        return Optional.empty();
    }

    private void limit(long bytes) throws BuildException {
        if (bytes > config.limits().archiveBytes()) {
            throw TooLarge.archive(config.limits());
        }
    }

    private Broken refused(ContextUrl url, Redirects.Answer answer, int status) throws BuildException {
        return switch (status) {
            case 404, 410 -> throw new BuildException(FailureReason.CONTEXT_NOT_FOUND, "There is nothing at " + url
                    + ": the server answers " + status + ".");
            case 408, 425, 429, 500, 502, 503, 504 -> new Broken("the server answers " + status,
                    RetryWaits.retryAfter(answer.header("Retry-After"), clock));
            default -> {
                if (status >= 400 && status < 500 && status != 407) {
                    throw new BuildException(FailureReason.CONTEXT_NOT_AUTHORIZED, "The server of " + url
                            + " refuses to hand out the context: it answers " + status + "."
                            + expiry(url, answer.url()));
                }
                throw new BuildException(FailureReason.CONTEXT_UNAVAILABLE,
                        "The server of " + url + " answers " + status + ", and not with the context.");
            }
        };
    }

    /** A refusal may come from the request's URL or from a presigned one that it redirects to. */
    private String expiry(ContextUrl... urls) {
        for (ContextUrl url : urls) {
            Optional<String> expired = PresignedUrl.expiry(url).filter(until -> until.isBefore(clock.instant()))
                    .map(until -> " The presigned URL expired at " + until
                            + "; send the request again with a fresh one.");
            if (expired.isPresent()) {
                return expired.get();
            }
        }
        return " Check the URL's signature, or the credentials that the worker's operator has set up for it.";
    }
}
