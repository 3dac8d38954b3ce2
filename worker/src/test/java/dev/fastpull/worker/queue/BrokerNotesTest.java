package dev.fastpull.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.event.TestEvents;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Notes at a real broker: the next delivery finds them, and they go with the event. */
class BrokerNotesTest extends WithBroker {
    private final Succeeded draft = (Succeeded) TestEvents.succeeded("r1");
    private final String eventId = draft.envelope().id();
    private final List<Notes.Left> found = new CopyOnWriteArrayList<>();

    @Test
    void whatWasLeftIsFoundByTheNextDeliveryAndGoesWithTheEvent() throws Exception {
        worker(1, received -> {
            found.add(received.notes().find(eventId));
            received.notes().handedBack("another request's");
            switch (received.attempt()) {
                case 1, 2 -> received.notes().handedBack(eventId);
                case 3 -> received.notes().publishing(draft);
                default -> {
                    return new Answer.Completed(draft);
                }
            }
            return new Answer.HandBack();
        });
        client.sendText("r1");

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(found).extracting(Notes.Left::handBacks).containsExactly(0, 1, 2, 2);
        assertThat(found).extracting(Notes.Left::begun).containsExactly(null, null, null, draft);
        await().untilAsserted(() -> assertThat(client.count(Destinations.NOTES)).isEqualTo(4));
    }

    @Test
    void whatIsNoNoteIsPassedOver() throws Exception {
        worker(1, received -> {
            found.add(received.notes().find(eventId));
            return new Answer.Completed(draft);
        });
        for (String text : List.of("no event", MessageCodec.encodeEvent(TestEvents.succeeded("r2")))) {
            var stranger = client.session.createTextMessage(text);
            stranger.setStringProperty("fastpull_note", eventId);
            client.session.createProducer(client.session.createQueue(Destinations.NOTES)).send(stranger);
        }
        client.sendText("r1");

        assertThat(client.next(TestBroker.EVENTS)).isNotNull();
        assertThat(found).containsExactly(new Notes.Left(0, null));
    }
}
