package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BrokerTlsTest {
    private static final int LIMIT_MILLIS = 200;

    @Test
    void saysThatNobodySpeaksTlsThere() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = silent.getLocalPort();
            IOException failure = catchThrowableOfType(IOException.class,
                    () -> BrokerTls.tryOut(URI.create("ssl://127.0.0.1:" + port), port, null, LIMIT_MILLIS));
            assertThat(Failures.inOneLine(failure)).isEqualTo("whoever listens there does not speak TLS");
        }
    }

    @Test
    void saysNothingWhereNobodyAsksForTls() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = silent.getLocalPort();
            BrokerTls.tryOut(URI.create("artemis+tcp://127.0.0.1:" + port), port, null, LIMIT_MILLIS);
        }
    }

    @Test
    void namesTheFileThatCannotBeRead() {
        assertThatIOException().isThrownBy(() -> BrokerTls.trusting(Path.of("/none.pem")))
                .withMessageContaining("/none.pem");
    }
}
