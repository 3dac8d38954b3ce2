package dev.fastpull.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    private final AtomicReference<List<String>> notReady = new AtomicReference<>(List.of());
    private final HttpClient client = HttpClient.newHttpClient();
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        server = MetricsServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                format -> "metrics as " + format, notReady::get);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void servesMetricsInTheFormatThatIsAskedFor() throws Exception {
        assertThat(get("/metrics", "*/*").body()).isEqualTo("metrics as " + MetricsServer.TEXT);

        HttpResponse<String> open = get("/metrics",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2");
        assertThat(open.body()).isEqualTo("metrics as " + MetricsServer.OPEN_METRICS);
        assertThat(open.headers().firstValue("Content-Type")).hasValue(MetricsServer.OPEN_METRICS);
    }

    @Test
    void saysWhyItIsNotReady() throws Exception {
        assertThat(get("/readyz", "*/*").statusCode()).isEqualTo(200);

        notReady.set(List.of("The broker is not connected.", "buildkitd does not answer."));
        HttpResponse<String> reply = get("/readyz", "*/*");
        assertThat(reply.statusCode()).isEqualTo(503);
        assertThat(reply.body()).isEqualTo("The broker is not connected.\nbuildkitd does not answer.\n");
        assertThat(get("/livez", "*/*").statusCode()).isEqualTo(200);
    }

    @Test
    void knowsNothingElse() throws Exception {
        assertThat(get("/", "*/*").statusCode()).isEqualTo(404);
        assertThat(get("/metrics/x", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void answersHeadWithoutABodyAndRefusesPost() throws Exception {
        HttpResponse<String> head = send(request("/metrics").HEAD().build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(send(request("/metrics").POST(BodyPublishers.ofString("x")).build()).statusCode()).isEqualTo(405);
    }

    @Test
    void saysWhatToDoAboutATakenAddress() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MetricsServer.start(server.address(), format -> "", List::of).close())
                .withMessageContaining("--http");
    }

    private HttpResponse<String> get(String path, String accept) throws Exception {
        return send(request(path).header("Accept", accept).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }
}
