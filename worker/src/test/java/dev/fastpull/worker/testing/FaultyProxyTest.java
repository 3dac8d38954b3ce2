package dev.fastpull.worker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.worker.testing.FaultyProxy.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What other tests rely on is tested first. */
class FaultyProxyTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(20);

    private static HttpResponse<byte[]> get(FaultyProxy proxy, Duration within)
            throws IOException, InterruptedException {
        return send(proxy, within, HttpRequest.newBuilder().GET());
    }

    private static HttpResponse<byte[]> send(FaultyProxy proxy, Duration within, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.uri(URI.create("http://" + proxy.host() + "/a"))
                    .version(HttpClient.Version.HTTP_1_1).timeout(within).build(), BodyHandlers.ofByteArray());
        }
    }

    /** {@return what comes before nothing more does} */
    private static String firstBytes(FaultyProxy proxy) throws IOException {
        var bytes = new ByteArrayOutputStream();
        int port = Integer.parseInt(proxy.host().substring(proxy.host().indexOf(':') + 1));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) SHORT.toMillis());
            socket.getOutputStream().write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(bytes);
            throw new IOException("the answer ended");
        } catch (SocketTimeoutException _) {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void passesOnAndDoesWhatItIsTold() throws Exception {
        var large = HttpRequest.newBuilder().POST(BodyPublishers.ofByteArray(new byte[1_000_000]));
        try (var server = TestServer.start((_, out) -> TestServer.ok(out, new byte[5_000]));
                var proxy = FaultyProxy.start(server.port())) {
            assertThat(get(proxy, LONG).body()).hasSize(5_000);
            assertThat(server.requests().getLast().headers()).containsEntry("connection", "close")
                    .containsKeys("host", "user-agent");
            proxy.inject(Fault.ERROR, line -> line.equals("POST /a HTTP/1.1"));
            assertThat(get(proxy, LONG).statusCode()).isEqualTo(200);
            assertThat(send(proxy, LONG, large).statusCode()).isEqualTo(500);
            proxy.inject(Fault.TOO_MANY);
            assertThat(send(proxy, LONG, large).headers().firstValue("Retry-After")).contains("1");
            proxy.inject(Fault.RESET);
            assertThatThrownBy(() -> get(proxy, LONG)).isInstanceOf(IOException.class)
                    .isNotInstanceOf(HttpTimeoutException.class);
            proxy.inject(Fault.HANG);
            assertThatThrownBy(() -> get(proxy, SHORT)).isInstanceOf(HttpTimeoutException.class);
            assertThat(server.requests()).hasSize(2);
            proxy.inject(Fault.HANG_MIDWAY);
            assertThat(firstBytes(proxy)).startsWith("HTTP/1.1 200 OK").hasSize(512);
            assertThat(server.requests()).hasSize(3);
            proxy.inject(Fault.NONE);
            assertThat(get(proxy, LONG).statusCode()).isEqualTo(200);
            assertThat(proxy.count(Fault.HANG)).isEqualTo(1);
            assertThat(proxy.count(Fault.NONE)).isEqualTo(3);
        }
    }
}
