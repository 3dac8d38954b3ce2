package dev.fastpull.messages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * JSON read so that no two readers can take it for different things (RFC 8259, and RFC 7493 for UTF-8, unique names and
 * surrogates), within limits on size and depth. Numbers keep their exact value.
 */
final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper
            .builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(RequestLimits.DEPTH)
                            .maxNumberLength(RequestLimits.NUMBER_CHARACTERS).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

    private StrictJson() {}

    /** {@return the text in UTF-8}; throws {@link UnreadableMessageException} where half of a character is missing. */
    static byte[] bytes(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new UnreadableMessageException(
                    "The message is not valid Unicode: it holds half of a surrogate pair.");
        }
    }

    /**
     * Reads one JSON object.
     *
     * @param body UTF-8
     * @param maxBytes the most that it may be
     * @return the object
     * @throws UnreadableMessageException where it is anything else, with where and why, but nothing of its content except
     *     a repeated name
     */
    static ObjectNode object(byte[] body, int maxBytes) {
        if (body.length > maxBytes) {
            throw new UnreadableMessageException(
                    "The message has " + body.length + " bytes; " + maxBytes + " are the most.");
        }
        JsonNode node = parse(text(body));
        if (!(node instanceof ObjectNode object)) {
            throw new UnreadableMessageException("The message is " + (node.isMissingNode() ? "empty" : "JSON")
                    + ", but not a JSON object.");
        }
        checkSurrogates(object);
        return object;
    }

    private static String text(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            if (text.startsWith("\uFEFF")) {
                throw new UnreadableMessageException(
                        "The message begins with a byte order mark; send UTF-8 without it.");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new UnreadableMessageException("The message is not valid UTF-8.");
        }
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (StreamConstraintsException e) {
            throw new UnreadableMessageException("The message's JSON lies more than " + RequestLimits.DEPTH
                    + " levels deep or has a number of more than " + RequestLimits.NUMBER_CHARACTERS + " characters.");
        } catch (JsonEOFException e) {
            throw new UnreadableMessageException("The message's JSON ends too early.");
        } catch (JsonProcessingException e) {
            throw new UnreadableMessageException(reason(e));
        }
    }

    /** Jackson's own messages quote the text around a mistake, which may be a secret. */
    private static String reason(JsonProcessingException e) {
        String original = String.valueOf(e.getOriginalMessage());
        String repeated = "Duplicate field '";
        if (original.startsWith(repeated)) {
            return "The message has the field "
                    + Quoted.of(original.substring(repeated.length(), original.length() - 1)) + " twice" + at(e);
        }
        return "The message is not valid JSON" + at(e);
    }

    private static String at(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null
                ? "."
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ").";
    }

    /** An escape like {@code \ud800} alone is valid JSON, but no character, and cannot be written as UTF-8. */
    private static void checkSurrogates(JsonNode node) {
        node.fieldNames().forEachRemaining(StrictJson::bytes);
        if (node.isTextual()) {
            bytes(node.textValue());
        }
        node.forEach(StrictJson::checkSurrogates);
    }
}
