package dev.fastpull.worker.registry;

import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;

/**
 * HTTP with what registries need added: a limit on the whole call, on what is read, and an end at once when the calling
 * thread is interrupted. For that, each exchange runs in a virtual thread of its own and the caller waits for it.
 */
final class RegistryHttp implements AutoCloseable {
    /** Asked to wait longer than this by a 429, a call gives up and lets the whole build be tried again later. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ClientTimeouts timeouts;
    private final CloseableHttpClient client;
    private final ExecutorService exchanges = Executors.newVirtualThreadPerTaskExecutor();

    RegistryHttp(RegistryConfig config, ClientTimeouts timeouts) {
        this.timeouts = timeouts;
        this.client = HttpClientFactory.create(config, timeouts);
    }

    /**
     * Makes a call, more than once where the registry fails or cannot be reached.
     *
     * @param call the call
     * @param authorization the Authorization header; empty for none
     * @return the answer, whatever its status; of 429 and 5xx the last one
     * @throws RegistryException of kind UNAVAILABLE where there was no answer
     * @throws InterruptedException where the thread was interrupted; the connection is closed
     */
    HttpAnswer send(HttpCall call, String authorization) throws RegistryException, InterruptedException {
        return repeated(() -> {
            HttpUriRequestBase request = request(call, authorization);
            return awaited(call, request, () -> client.execute(request, response -> read(response, call.limit())));
        }, answer -> call.isRepeatable() && worthRepeating(answer), call.isRepeatable());
    }

    /**
     * Makes a call whose answer is not read yet, more than once where the registry cannot be reached or is not able. The
     * stream does not end with an interrupt of a platform thread, but with the idle timeout.
     *
     * @param call the call
     * @param authorization the Authorization header; empty for none
     * @return the answer as it begins, which the caller closes
     */
    OpenAnswer open(HttpCall call, String authorization) throws RegistryException, InterruptedException {
        return repeated(() -> {
            HttpUriRequestBase request = request(call, authorization);
            return awaited(call, request, () -> new OpenAnswer(client.executeOpen(null, request, null), request));
        }, open -> {
            boolean again = worthRepeating(open.headOnly());
            if (again) {
                open.close();
            }
            return again;
        }, true);
    }

    /** One attempt at a call. */
    private interface Attempt<T> {
        T make() throws RegistryException, InterruptedException;
    }

    private <T> T repeated(Attempt<T> attempt, Predicate<T> worthRepeating, boolean repeatable)
            throws RegistryException, InterruptedException {
        Duration pause = timeouts.firstPause();
        for (int number = 1; number < timeouts.attempts(); number++) {
            try {
                T answer = attempt.make();
                if (!worthRepeating.test(answer)) {
                    return answer;
                }
            } catch (RegistryException e) {
                if (!repeatable || !worthRepeating(e)) {
                    throw e;
                }
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(4);
        }
        return attempt.make();
    }

    // TLS does not mend itself, and a registry that let its time go by has had its chance.
    private static boolean worthRepeating(RegistryException e) {
        return switch (e.getCause()) {
            case ConnectTimeoutException _ -> true;
            case SSLException _,SocketTimeoutException _ -> false;
            case IOException _ -> true;
            case null, default -> false;
        };
    }

    private static boolean worthRepeating(HttpAnswer answer) {
        if (answer.status() == 429) {
            return answer.header("Retry-After")
                    .filter(value -> value.matches("[0-9]{1,9}"))
                    .map(value -> Duration.ofSeconds(Long.parseLong(value)).compareTo(LONGEST_PAUSE) <= 0)
                    .orElse(true);
        }
        return answer.status() >= 500 && answer.status() != 501;
    }

    /** An answer whose body is still to come. Closing it drops the connection where the body was not read to its end. */
    record OpenAnswer(ClassicHttpResponse response, HttpUriRequestBase request) implements AutoCloseable {
        int status() {
            return response.getCode();
        }

        InputStream body() throws IOException {
            HttpEntity entity = response.getEntity();
            return entity == null ? InputStream.nullInputStream() : entity.getContent();
        }

        /** {@return status and headers, with no body} */
        HttpAnswer headOnly() {
            return new HttpAnswer(response.getCode(), headers(response), new byte[0]);
        }

        HttpAnswer toEnd(int limit) throws IOException {
            return read(response, limit);
        }

        @Override
        public void close() {
            // Not the polite close, which would first read the rest of what may be gigabytes.
            request.cancel();
            try {
                response.close();
            } catch (IOException e) {
                // tells of the body's missing end, and nobody wants that any more
            }
        }
    }

    private <T> T awaited(HttpCall call, HttpUriRequestBase request, Callable<T> exchange)
            throws RegistryException, InterruptedException {
        Future<T> answer = exchanges.submit(exchange);
        try {
            return answer.get(timeouts.call().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            abandon(request, answer);
            throw e;
        } catch (TimeoutException e) {
            abandon(request, answer);
            throw new RegistryException(Kind.UNAVAILABLE, "The registry " + call.host() + " cannot be reached: it did"
                    + " not answer within " + timeouts.call().toSeconds() + " s.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw RegistryErrors.of(call.host(), failure);
            }
            throw new IllegalStateException("a call to " + call.host() + " failed in an unexpected way", e.getCause());
        }
    }

    private static void abandon(HttpUriRequestBase request, Future<?> answer) {
        request.cancel();
        answer.cancel(true);
    }

    private static HttpUriRequestBase request(HttpCall call, String authorization) {
        var request = new HttpUriRequestBase(call.method(), call.uri());
        call.headers().forEach(request::setHeader);
        if (!authorization.isEmpty()) {
            request.setHeader("Authorization", authorization);
        }
        if (call.body() != null) {
            request.setEntity(new ByteArrayEntity(call.body(), ContentType.parse(call.headers().get("Content-Type"))));
        } else if (call.method().equals("POST")) {
            // Some registries and proxies refuse a POST without a length.
            request.setEntity(new ByteArrayEntity(new byte[0], null));
        }
        return request;
    }

    private static HttpAnswer read(ClassicHttpResponse response, int limit) throws IOException {
        HttpEntity entity = response.getEntity();
        return new HttpAnswer(response.getCode(), headers(response),
                entity == null ? new byte[0] : entity.getContent().readNBytes(limit));
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse response) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.getValue() == null ? "" : header.getValue());
        }
        return headers;
    }

    /** Closes all connections. Calls under way fail. */
    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        exchanges.close();
    }
}
