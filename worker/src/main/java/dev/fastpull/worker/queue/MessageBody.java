package dev.fastpull.worker.queue;

import dev.fastpull.worker.metrics.InvalidKind;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;

/** What a message holds. STOMP with a content-length arrives as bytes, without as text; AMQP as text. */
sealed interface MessageBody {

    /** Bytes that may be a request. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(byte[] bytes) implements MessageBody {}

    /** Certainly no request. */
    record Unreadable(InvalidKind kind, String reason) implements MessageBody {}

    /** Reads a message, and never the object of an ObjectMessage: that would run its sender's code. */
    static MessageBody of(Message message) {
        try {
            return switch (message) {
                case TextMessage text -> ofText(text.getText());
                case BytesMessage bytes -> ofBytes(bytes);
                default -> new Unreadable(InvalidKind.WRONG_KIND,
                        "A request is a text or a bytes message with JSON in it; this message is of another kind");
            };
        } catch (JMSException e) {
            // Reading a received body is local, so this says nothing about the connection.
            return new Unreadable(InvalidKind.WRONG_KIND,
                    "The message's body cannot be read: " + Failures.inOneLine(e));
        }
    }

    private static MessageBody ofText(String text) {
        // A text message may hold null.
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        if (text != null && !text.equals(new String(bytes, StandardCharsets.UTF_8))) {
            return new Unreadable(InvalidKind.MALFORMED,
                    "The text is not Unicode: half of a surrogate pair is missing");
        }
        return bytes.length > Received.MAX_BYTES ? tooLarge(bytes.length) : new Content(bytes);
    }

    private static MessageBody ofBytes(BytesMessage message) throws JMSException {
        long length = message.getBodyLength();
        if (length > Received.MAX_BYTES) {
            return tooLarge(length);
        }
        byte[] bytes = new byte[(int) length];
        message.readBytes(bytes);
        return new Content(bytes);
    }

    private static MessageBody tooLarge(long length) {
        return new Unreadable(InvalidKind.TOO_LARGE,
                "The request has " + length + " bytes; at most " + Received.MAX_BYTES + " are allowed");
    }
}
