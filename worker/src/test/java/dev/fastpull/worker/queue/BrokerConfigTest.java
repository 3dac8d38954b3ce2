package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;

class BrokerConfigTest {
    @Test
    void printsNoSecret() {
        BrokerConfig config = TestBroker.config(URI.create("tcp://u:secret@a:1?jms.password=secret"), 1);

        assertThat(config).hasToString("BrokerConfig[tcp://a:1] fastpull.build.requests");
        assertThat(new Credentials("u", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void refusesAPrefixThatAllowsEverything() {
        assertThatIllegalArgumentException().isThrownBy(() -> TestBroker.config(URI.create("tcp://a:1"), 1, ""));
    }
}
