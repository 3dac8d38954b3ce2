package dev.fastpull.worker.context;

import dev.fastpull.worker.ProxySettings;
import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request, no further than {@link AddressRule} lets it go. There is one client for public addresses, one for
 * what the operator allows, and one per proxy. A proxy looks names up itself, so behind one the rule can be held only
 * for names that the worker can look up too; what lies behind the proxy is then the proxy's to guard.
 */
final class HttpAccess implements AutoCloseable {
    private final AddressRule rule;
    private final ProxySettings proxies;
    private final Resolver guarded;
    private final CloseableHttpClient toPublic;
    private final CloseableHttpClient toAllowed;
    private final @Nullable CloseableHttpClient throughHttpProxy;
    private final @Nullable CloseableHttpClient throughHttpsProxy;

    HttpAccess(ContextConfig config, Resolver resolver) {
        rule = new AddressRule(config.allowed());
        proxies = config.proxies();
        guarded = rule.guarding(resolver);
        SSLContext tls = TrustedCertificates.with(config.certificates());
        toPublic = HttpClients.create(config, tls, guarded, null);
        toAllowed = HttpClients.create(config, tls, resolver, null);
        throughHttpProxy = proxies.http().map(proxy -> HttpClients.create(config, tls, resolver, proxy)).orElse(null);
        throughHttpsProxy = proxies.https().map(proxy -> HttpClients.create(config, tls, resolver, proxy)).orElse(null);
    }

    /**
     * An answer whose body has not been read.
     *
     * @param response the answer
     * @param connection is dropped by canceling it
     */
    record Open(ClassicHttpResponse response, Cancellable connection) {

        /** Drops the connection. Merely closing the answer would first read its body to the end, however far that is. */
        void drop() {
            connection.cancel();
            try {
                response.close();
            } catch (IOException e) {
                // Nothing is wanted of this connection any more.
            }
        }
    }

    /**
     * Sends a GET.
     *
     * @param url where to
     * @param headers the request's headers besides the usual ones
     * @return the answer, with its body still to come; drop it
     * @throws BuildException if the URL or its address is refused
     * @throws IOException if there is no answer
     */
    Open get(ContextUrl url, Map<String, String> headers) throws BuildException, IOException {
        rule.check(url);
        // A port that goes without saying must not be said: the Host header is part of a presigned URL's signature.
        HttpHost target = new HttpHost(url.scheme(), url.host(), url.isOwnPort() ? -1 : url.port());
        HttpUriRequestBase request = new HttpUriRequestBase("GET", URI.create(target.toURI()));
        request.setPath(url.pathAndQuery());
        // The archive's bytes as they lie there; a Content-Encoding that comes all the same is the archive's own.
        request.setHeader("Accept-Encoding", "identity");
        request.setHeader("Accept", "*/*");
        headers.forEach(request::setHeader);
        try {
            return new Open(client(url).executeOpen(target, request, null), request);
        } catch (IOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof AddressRule.Refused refused) {
                    throw rule.denied(url, refused);
                }
            }
            throw e;
        }
    }

    private CloseableHttpClient client(ContextUrl url) throws IOException {
        boolean exempt = rule.exempts(url);
        if (proxies.proxyFor(url.scheme(), url.host(), url.port()).isEmpty()) {
            return exempt ? toAllowed : toPublic;
        }
        if (!exempt) {
            checkBehindProxy(url);
        }
        CloseableHttpClient proxied = url.scheme().equals("https") ? throughHttpsProxy : throughHttpProxy;
        return proxied == null ? toPublic : proxied;
    }

    private void checkBehindProxy(ContextUrl url) throws IOException {
        try {
            guarded.resolve(url.host());
        } catch (AddressRule.Refused e) {
            throw e;
        } catch (UnknownHostException e) {
            // Only the proxy knows the name.
        }
    }

    @Override
    public void close() throws IOException {
        List<CloseableHttpClient> clients = new ArrayList<>(List.of(toPublic, toAllowed));
        if (throughHttpProxy != null) {
            clients.add(throughHttpProxy);
        }
        if (throughHttpsProxy != null) {
            clients.add(throughHttpsProxy);
        }
        for (CloseableHttpClient client : clients) {
            client.close();
        }
    }
}
