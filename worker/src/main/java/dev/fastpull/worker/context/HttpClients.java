package dev.fastpull.worker.context;

import dev.fastpull.worker.ProxySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Makes the clients that fetch contexts. Whatever a client would do by itself is off: redirects, retries, cookies and
 * decompression are either the fetch's own business or nobody's. No connection is used twice, so that one which was
 * opened under one rule is never used under another.
 */
final class HttpClients {
    /** More than any worker has slots; a connection is never waited for. */
    private static final int CONNECTIONS = 10_000;
    /** A hostile server's head must not fill the memory: longer lines than any presigned URL in a redirect. */
    private static final Http1Config HEAD = Http1Config.custom().setMaxLineLength(32 * 1024).setMaxHeaderCount(200)
            .setMaxEmptyLineCount(10).setBufferSize(64 * 1024).build();

    private HttpClients() {}

    /** {@return a client that connects where {@code resolver} says, through {@code proxy} where there is one} */
    static CloseableHttpClient create(ContextConfig config, SSLContext tls, Resolver resolver,
            ProxySettings.@Nullable Proxy proxy) {
        ConnectionConfig connections = ConnectionConfig.custom().setConnectTimeout(timeout(config.connectTimeout()))
                .setSocketTimeout(timeout(config.idleTimeout())).build();
        RequestConfig requests = RequestConfig.custom().setResponseTimeout(timeout(config.idleTimeout()))
                .setRedirectsEnabled(false).setContentCompressionEnabled(false).setProtocolUpgradeEnabled(false)
                .build();
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(HEAD).build())
                        .setTlsSocketStrategy(ClientTlsStrategyBuilder.create().setSslContext(tls).buildClassic())
                        .setDnsResolver(adapted(resolver)).setDefaultConnectionConfig(connections)
                        .setMaxConnTotal(CONNECTIONS).setMaxConnPerRoute(CONNECTIONS).build())
                .setDefaultRequestConfig(requests).setUserAgent("fastpull").disableRedirectHandling()
                .disableAutomaticRetries().disableCookieManagement().disableContentCompression()
                .disableAuthCaching().setConnectionReuseStrategy((request, response, context) -> false);
        if (proxy != null) {
            builder.setProxy(new HttpHost("http", proxy.host(), proxy.port()));
            if (proxy.user() != null) {
                BasicCredentialsProvider credentials = new BasicCredentialsProvider();
                credentials.setCredentials(new AuthScope(proxy.host(), proxy.port()),
                        new UsernamePasswordCredentials(proxy.user(), proxy.password().toCharArray()));
                builder.setDefaultCredentialsProvider(credentials);
            }
        }
        return builder.build();
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.of(duration);
    }

    private static DnsResolver adapted(Resolver resolver) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return resolver.resolve(host).toArray(InetAddress[]::new);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }
}
