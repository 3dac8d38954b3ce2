package dev.fastpull.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** All messages to JSON and back. Has no state. */
public final class MessageCodec {
    /** Events and news may come from a newer worker with more to tell; this keeps out only what is absurd. */
    private static final int MAX_EVENT_BYTES = 4 * 1024 * 1024;

    private MessageCodec() {}

    /**
     * Reads a request.
     *
     * @param body what came as bytes: UTF-8, at most {@link RequestLimits#BYTES}
     * @return the request, or all that is wrong with it
     */
    public static Decoded decodeRequest(byte[] body) {
        try {
            return RequestReader.read(StrictJson.object(body, RequestLimits.BYTES));
        } catch (UnreadableMessageException e) {
            return new Decoded.Unreadable(e.getMessage());
        }
    }

    /**
     * Reads a request.
     *
     * @param body what came as text, at most {@link RequestLimits#BYTES} of UTF-8
     * @return the request, or all that is wrong with it
     */
    public static Decoded decodeRequest(String body) {
        try {
            return decodeRequest(StrictJson.bytes(body));
        } catch (UnreadableMessageException e) {
            return new Decoded.Unreadable(e.getMessage());
        }
    }

    /**
     * Writes a request, after a look whether a worker would take it.
     *
     * @param request the request
     * @return JSON, for the body of a message
     * @throws InvalidRequestException where it would be rejected
     */
    public static String encodeRequest(BuildRequest request) {
        String json = JsonValues.write(RequestWriter.write(request));
        Decoded decoded = decodeRequest(json);
        if (decoded instanceof Decoded.Violating violating) {
            throw new InvalidRequestException(violating.violations());
        }
        if (decoded instanceof Decoded.Unreadable unreadable) {
            throw new InvalidRequestException(List.of(new Violation("", unreadable.reason())));
        }
        return json;
    }

    /**
     * Writes a completion event as structured CloudEvents 1.0 JSON, media type {@code application/cloudevents+json}.
     *
     * @param event the event; of a log tail that is too long the end is written
     * @return JSON
     */
    public static String encodeEvent(CompletionEvent event) {
        return wellFormed(JsonValues.write(EventWriter.write(event)));
    }

    /**
     * Writes the part {@code data} of a completion event alone.
     *
     * @param event the event
     * @return JSON
     */
    public static String encodeEventData(CompletionEvent event) {
        return wellFormed(JsonValues.write(EventWriter.data(event)));
    }

    /**
     * Reads a completion event, also one of a newer worker: fields, formats and phases that this version does not know
     * are left out, and a reason that it does not know becomes the general one of the event's type, the unknown word at
     * the head of the message.
     *
     * @param json the event
     * @return the event
     * @throws UnreadableMessageException where it is no completion event
     */
    public static CompletionEvent decodeEvent(String json) {
        return EventReader.read(object(json));
    }

    /**
     * Writes news of a build.
     *
     * @param event the news
     * @return JSON
     */
    public static String encodeProgress(ProgressEvent event) {
        return wellFormed(JsonValues.write(ProgressCodec.write(event)));
    }

    /**
     * Reads news of a build.
     *
     * @param json the news
     * @return the news, or empty where a newer worker tells what this version does not know
     * @throws UnreadableMessageException where it is no news
     */
    public static Optional<ProgressEvent> decodeProgress(String json) {
        return ProgressCodec.read(object(json));
    }

    /** A line of a build's output may have been cut within a character; that must not cost the whole event. */
    private static String wellFormed(String json) {
        return new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static ObjectNode object(String json) {
        return StrictJson.object(StrictJson.bytes(json), MAX_EVENT_BYTES);
    }
}
