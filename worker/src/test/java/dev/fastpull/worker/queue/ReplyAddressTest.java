package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.net.URI;
import java.util.List;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTempQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.junit.jupiter.api.Test;

class ReplyAddressTest {
    private final ReplyAddress address = new ReplyAddress(
            TestBroker.config(URI.create("tcp://127.0.0.1:1"), 1, "reply.", "fastpull."));

    @Test
    void allowsTemporaryQueuesAndPrefixes() throws JMSException {
        assertThat(address.isAllowed(new ActiveMQTempQueue("ID:host-1-2-3:1:1"))).isTrue();
        assertThat(address.isAllowed(new ActiveMQQueue("reply.team"))).isTrue();
        assertThat(address.isAllowed(new ActiveMQQueue("other.team"))).isFalse();
        assertThat(address.isAllowed(new ActiveMQTopic("reply.team"))).isFalse();
    }

    @Test
    void neverAllowsTheServicesOwn() throws JMSException {
        for (String own : List.of("fastpull.build.requests", "fastpull.build.events", "fastpull.build.invalid")) {
            assertThat(address.isAllowed(new ActiveMQQueue(own))).as(own).isFalse();
        }
    }

    @Test
    void seesThroughNamesThatReachFurther() throws JMSException {
        List<ActiveMQDestination> further = List.of(new ActiveMQQueue("reply.a,fastpull.build.requests"),
                new ActiveMQQueue("reply.a,queue://fastpull.build.requests"), new ActiveMQQueue("reply.>"),
                new ActiveMQTempQueue("ID:a,queue://fastpull.build.requests"));
        for (ActiveMQDestination destination : further) {
            assertThat(address.isAllowed(destination)).as(destination.toString()).isFalse();
        }
    }
}
