package dev.fastpull.worker.registry;

import dev.fastpull.worker.ProxySettings;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Sets up the HTTP client: connections that stay open, the configured authorities and proxies, and nothing by itself. */
final class HttpClientFactory {
    private HttpClientFactory() {}

    static CloseableHttpClient create(RegistryConfig config, ClientTimeouts timeouts) {
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(16)
                .setMaxConnTotal(64)
                .setTlsSocketStrategy(new LazyTls(config))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(timeouts.connect()))
                        .setSocketTimeout(Timeout.of(timeouts.idle()))
                        // Registries behind load balancers close idle connections after a minute or so.
                        .setIdleTimeout(Timeout.ofSeconds(50))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .build();
        var planner = new ProxiedRoutes(config.proxies());
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setRoutePlanner(planner)
                .setDefaultCredentialsProvider(planner.credentials)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(timeouts.idle()))
                        .setConnectionRequestTimeout(Timeout.of(timeouts.call()))
                        .build())
                .setUserAgent("fastpull")
                // Redirects are followed by hand, since credentials must not go along, and so are retries. Content is
                // taken as it comes, since digests are of the bytes that were sent.
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** The authorities are read when they are first needed, as a registry on this machine never needs them. */
    private static final class LazyTls implements TlsSocketStrategy {
        private final RegistryConfig config;
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable TlsSocketStrategy strategy;

        LazyTls(RegistryConfig config) {
            this.config = config;
        }

        @Override
        public SSLSocket upgrade(Socket socket, String target, int port, @Nullable Object attachment,
                HttpContext context) throws IOException {
            return strategy().upgrade(socket, target, port, attachment, context);
        }

        private TlsSocketStrategy strategy() throws IOException {
            lock.lock();
            try {
                TlsSocketStrategy made = strategy;
                if (made == null) {
                    made = new DefaultClientTlsStrategy(new CaBundle(config.caFiles()).tls());
                    strategy = made;
                }
                return made;
            } finally {
                lock.unlock();
            }
        }
    }

    private static final class ProxiedRoutes extends DefaultRoutePlanner {
        private final ProxySettings proxies;
        private final BasicCredentialsProvider credentials = new BasicCredentialsProvider();

        ProxiedRoutes(ProxySettings proxies) {
            super(null);
            this.proxies = proxies;
        }

        @Override
        protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
            int port = target.getPort() > 0 ? target.getPort() : target.getSchemeName().equals("https") ? 443 : 80;
            return proxies.proxyFor(target.getSchemeName(), target.getHostName(), port).map(this::known).orElse(null);
        }

        private HttpHost known(ProxySettings.Proxy proxy) {
            var host = new HttpHost("http", proxy.host(), proxy.port());
            if (proxy.user() != null) {
                credentials.setCredentials(new AuthScope(host),
                        new UsernamePasswordCredentials(proxy.user(), proxy.password().toCharArray()));
            }
            return host;
        }
    }
}
