package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.worker.event.TestEvents;
import dev.fastpull.worker.metrics.InvalidKind;
import jakarta.jms.BytesMessage;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.command.ActiveMQObjectMessage;
import org.junit.jupiter.api.Test;

class InvalidMessagesTest extends WithBroker {
    @Test
    void putsAMapAsideUnchanged() throws Exception {
        worker(1, WithBroker::succeed);
        client.send(session -> {
            MapMessage map = session.createMapMessage();
            map.setInt("answer", 42);
            map.setStringProperty("colour", "blue");
            map.setLongProperty("size", 7);
            map.setJMSCorrelationID("c1");
            map.setJMSType("t1");
            return map;
        });

        MapMessage aside = (MapMessage) client.next(TestBroker.INVALID);
        assertThat(aside.getInt("answer")).isEqualTo(42);
        assertThat(aside.getStringProperty("colour")).isEqualTo("blue");
        assertThat(aside.getObjectProperty("size")).isEqualTo(7L);
        assertThat(aside.getJMSCorrelationID()).isEqualTo("c1");
        assertThat(aside.getJMSType()).isEqualTo("t1");
        assertThat(aside.getStringProperty("fastpull_reason")).contains("another kind");
        await().untilAsserted(() -> assertThat(metrics.invalid).containsExactly(InvalidKind.WRONG_KIND));
        assertThat(begun).isEmpty();
    }

    @Test
    void putsAnObjectAsideAndDoesNotReadIt() throws Exception {
        worker(1, WithBroker::succeed);
        client.send(session -> session.createObjectMessage(new ArrayList<>(List.of("a", "b"))));

        ActiveMQObjectMessage aside = (ActiveMQObjectMessage) client.next(TestBroker.INVALID);
        assertThat(aside).isInstanceOf(ObjectMessage.class);
        aside.setTrustAllPackages(true);
        assertThat(aside.getObject()).isEqualTo(List.of("a", "b"));
    }

    @Test
    void putsAsideWhatIsTooLarge() throws Exception {
        worker(1, received -> new Answer.Completed(TestEvents.succeeded("r" + received.body().length)));
        String fits = "x".repeat(Received.MAX_BYTES);
        client.sendText(fits);
        client.sendText("é".repeat(Received.MAX_BYTES / 2) + "x");
        client.sendBytes(new byte[Received.MAX_BYTES + 1]);

        TextMessage text = (TextMessage) client.next(TestBroker.INVALID);
        BytesMessage bytes = (BytesMessage) client.next(TestBroker.INVALID);
        assertThat(text.getText()).hasSize(Received.MAX_BYTES / 2 + 1);
        assertThat(text.getStringProperty("fastpull_reason")).contains("262145 bytes");
        assertThat(bytes.getBodyLength()).isEqualTo(Received.MAX_BYTES + 1);
        await().untilAsserted(
                () -> assertThat(metrics.invalid).containsExactly(InvalidKind.TOO_LARGE, InvalidKind.TOO_LARGE));
        assertThat(begun).containsExactly(fits);
    }

    @Test
    void putsAsideTextThatIsNotUnicode() throws Exception {
        worker(1, WithBroker::succeed);
        client.sendText("{\"a\":\"\ud800\"}");

        assertThat(client.next(TestBroker.INVALID).getStringProperty("fastpull_reason")).contains("surrogate");
        await().untilAsserted(() -> assertThat(metrics.invalid).containsExactly(InvalidKind.MALFORMED));
    }

    @Test
    void putsAsideWhatTheHandlerCallsInvalidAndTellsItsSender() throws Exception {
        worker(1, received -> new Answer.Invalid("there is no image", TestEvents.rejected("r1")));
        client.sendBytes(new byte[]{1, 2, 3});

        BytesMessage aside = (BytesMessage) client.next(TestBroker.INVALID);
        byte[] body = new byte[3];
        aside.readBytes(body);
        assertThat(body).containsExactly(1, 2, 3);
        assertThat(aside.getStringProperty("fastpull_reason")).isEqualTo("there is no image");
        Message event = client.next(TestBroker.EVENTS);
        assertThat(event.getStringProperty("fastpull_status")).isEqualTo("rejected");
        await().untilAsserted(() -> assertThat(metrics.invalid).containsExactly(InvalidKind.MALFORMED));
        assertThat(client.count(TestBroker.REQUESTS)).isZero();
    }

    @Test
    void shortensAReasonThatNoPropertyCouldHold() throws Exception {
        worker(1, received -> new Answer.Invalid("x".repeat(100_000), null));
        client.sendText("what");

        assertThat(client.next(TestBroker.INVALID).getStringProperty("fastpull_reason")).hasSize(4_000);
    }

    @Test
    void sendsNoEventWhereNobodyWouldKnowWhatItIsAbout() throws Exception {
        worker(1, received -> new Answer.Invalid("not JSON", null));
        client.sendText("what");

        assertThat(client.next(TestBroker.INVALID)).isNotNull();
        assertThat(client.count(TestBroker.EVENTS)).isZero();
        assertThat(metrics.ended).isEmpty();
    }
}
