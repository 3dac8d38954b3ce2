package dev.fastpull.worker.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.MessageCodec;
import javax.lang.model.SourceVersion;
import org.junit.jupiter.api.Test;

class EventMessageTest {
    @Test
    void carriesWhatConsumersSelectBy() {
        EventMessage message = EventMessage.of(TestEvents.succeeded("r1"));

        assertThat(MessageCodec.decodeEvent(message.body()).envelope().id()).isEqualTo("id-of-r1");
        assertThat(message.correlationId()).isEqualTo("r1");
        assertThat(message.properties()).containsEntry("cloudEvents_specversion", "1.0")
                .containsEntry("cloudEvents_id", "id-of-r1")
                .containsEntry("cloudEvents_source", "urn:fastpull:fastpull.build.requests")
                .containsEntry("cloudEvents_type", "dev.fastpull.build.succeeded.v1")
                .containsEntry("cloudEvents_subject", "localhost:5000/team/app:v1")
                .containsEntry("cloudEvents_time", "2026-11-01T12:00:00.000Z")
                .containsEntry("cloudEvents_datacontenttype", "application/json")
                .containsEntry("contentType", "application/cloudevents+json; charset=utf-8")
                .containsEntry("fastpull_status", "succeeded")
                .containsEntry("fastpull_type", "dev.fastpull.build.succeeded.v1")
                .containsEntry("fastpull_repository", "localhost:5000/team/app");
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        assertThat(EventMessage.of(TestEvents.rejected("r1")).properties())
                .doesNotContainKeys("cloudEvents_subject", "fastpull_repository")
                .containsEntry("fastpull_status", "rejected");
    }

    @Test
    void namesPropertiesSoThatSelectorsCanNameThem() {
        assertThat(EventMessage.of(TestEvents.succeeded("r1")).properties().keySet())
                .allMatch(SourceVersion::isIdentifier);
    }
}
