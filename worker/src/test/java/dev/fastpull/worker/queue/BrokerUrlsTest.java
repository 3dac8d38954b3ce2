package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerUrlsTest {
    @Test
    void takesSingleAddressesAsTheyAre() {
        BrokerUrls urls = BrokerUrls.parse(List.of("tcp://a:61616?x=y", "ssl://b:61617"));

        assertThat(urls.urls()).containsExactly(URI.create("tcp://a:61616?x=y"), URI.create("ssl://b:61617"));
        assertThat(urls.notices()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"failover:(tcp://a:1,tcp://b:2)", "failover://(tcp://a:1,tcp://b:2)",
                    "failover:tcp://a:1,tcp://b:2", "FAILOVER:( tcp://a:1 , tcp://b:2 )?",
                    " failover:(tcp://a:1,tcp://b:2) "})
    void takesFailoverApart(String text) {
        BrokerUrls urls = BrokerUrls.parse(List.of(text));

        assertThat(urls.urls()).containsExactly(URI.create("tcp://a:1"), URI.create("tcp://b:2"));
        assertThat(urls.notices()).singleElement().asString().contains("tcp://a:1, tcp://b:2")
                .doesNotContain("without effect");
    }

    @Test
    void handsNestedAndClientOptionsOnAndNamesTheOthers() {
        BrokerUrls urls = BrokerUrls
                .parse(List.of("failover:(tcp://a:1?soTimeout=5&wireFormat.cacheEnabled=true,ssl://b:2)"
                        + "?randomize=false&nested.wireFormat.cacheEnabled=false&jms.clientID=c&timeout=3000"));

        assertThat(urls.urls()).containsExactly(
                URI.create("tcp://a:1?soTimeout=5&wireFormat.cacheEnabled=true&jms.clientID=c"),
                URI.create("ssl://b:2?wireFormat.cacheEnabled=false&jms.clientID=c"));
        assertThat(urls.notices()).singleElement().asString().endsWith("without effect: randomize, timeout");
    }

    @Test
    void takesArtemisByItsScheme() {
        assertThat(BrokerUrls.parse(List.of("artemis+tcp://a:1", "failover:(artemis+ssl://b:2)")).urls())
                .containsExactly(URI.create("artemis+tcp://a:1"), URI.create("artemis+ssl://b:2"))
                .allMatch(ArtemisConnector::isFor);
        assertThat(ArtemisConnector.isFor(URI.create("tcp://a:1"))).isFalse();
    }

    @Test
    void takesSeveralFailoverUrlsInTheirOrder() {
        assertThat(BrokerUrls.parse(List.of("tcp://a:1", "failover:(tcp://b:2,tcp://c:3)", "tcp://d:4")).urls())
                .extracting(URI::getHost).containsExactly("a", "b", "c", "d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a:1", "http://a:1?p=secret", "vm://a", "tcp:a?p=secret", "failover:()",
                    "artemis://a:1?p=secret", "artemis:tcp://a:1?p=secret",
                    "failover:(tcp://a:1",
                    "failover:(failover:(tcp://a:1),tcp://b:2)", "discovery:(multicast://default)",
                    "tcp://u:secret@a:1 b"})
    void refusesTheRestWithoutTellingSecrets(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BrokerUrls.parse(List.of(text)))
                .withMessageNotContaining("secret");
    }

    @Test
    void showsNeitherOptionsNorUserInfo() {
        assertThat(BrokerUrls.shown(URI.create("ssl://u:p@a:1?jms.password=p"))).isEqualTo("ssl://a:1");
    }

    @Test
    void leavesAnOptionAloneThatIsThere() {
        assertThat(BrokerUrls.withOption(URI.create("tcp://a:1?x=1"), "x", "2")).hasToString("tcp://a:1?x=1");
        assertThat(BrokerUrls.withOption(URI.create("tcp://a:1?xx=1"), "x", "2")).hasToString("tcp://a:1?xx=1&x=2");
        assertThat(BrokerUrls.withOption(URI.create("tcp://a:1"), "x", "2")).hasToString("tcp://a:1?x=2");
    }
}
