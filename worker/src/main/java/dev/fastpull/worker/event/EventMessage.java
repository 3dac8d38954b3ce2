package dev.fastpull.worker.event;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.MessageCodec;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A completion event on its way into JMS: the structured JSON as text, and what a consumer may want to select by as
 * properties. The names beginning with {@code cloudEvents_} are those of the CloudEvents AMQP binding, section 3.1.3.1,
 * which takes the underscore since JMS wants Java identifiers; the same goes for {@code fastpull_}.
 *
 * @param body the event in structured JSON
 * @param correlationId the request's id
 * @param properties the message's properties
 */
public record EventMessage(String body, String correlationId, Map<String, String> properties) {
    /** {@code succeeded}, {@code failed}, {@code canceled} or {@code rejected}. */
    public static final String STATUS = "fastpull_status";
    /** The CloudEvents type, for consumers that know nothing of CloudEvents. */
    public static final String TYPE = "fastpull_type";
    /** Host and path of the image, without its tag; absent where the request's image could not be read. */
    public static final String REPOSITORY = "fastpull_repository";
    /** The media type of the body. AMQP and STOMP have a field for it; JMS has none. */
    public static final String CONTENT_TYPE = "contentType";
    /** Structured mode, by the CloudEvents JSON format, section 3. */
    public static final String STRUCTURED = "application/cloudevents+json; charset=utf-8";

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendInstant(3)
            .toFormatter(Locale.ROOT);

    /** Copies the properties; order is kept. */
    public EventMessage {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * The message for an event.
     *
     * @param event the event
     * @return the message
     */
    public static EventMessage of(CompletionEvent event) {
        CompletionEvent.Envelope envelope = event.envelope();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("cloudEvents_specversion", "1.0");
        properties.put("cloudEvents_id", envelope.id());
        properties.put("cloudEvents_source", envelope.source());
        properties.put("cloudEvents_type", event.type());
        putIfKnown(properties, "cloudEvents_subject", envelope.subject());
        // The codec writes milliseconds, and the property must say the same as the body.
        properties.put("cloudEvents_time", TIME.format(envelope.time()));
        properties.put("cloudEvents_datacontenttype", "application/json");
        properties.put(CONTENT_TYPE, STRUCTURED);
        properties.put(STATUS, event.status());
        properties.put(TYPE, event.type());
        putIfKnown(properties, REPOSITORY, repository(event.report().image()));
        return new EventMessage(MessageCodec.encodeEvent(event), event.report().requestId(), properties);
    }

    /**
     * The message as JMS wants it.
     *
     * @param session the session that will send it
     * @return a new message
     * @throws JMSException if the session is closed
     */
    public TextMessage in(Session session) throws JMSException {
        TextMessage message = session.createTextMessage(body);
        message.setJMSCorrelationID(correlationId);
        for (Map.Entry<String, String> property : properties.entrySet()) {
            message.setStringProperty(property.getKey(), property.getValue());
        }
        return message;
    }

    private static void putIfKnown(Map<String, String> properties, String name, @Nullable String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    private static @Nullable String repository(@Nullable String image) {
        if (image == null) {
            return null;
        }
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    }
}
