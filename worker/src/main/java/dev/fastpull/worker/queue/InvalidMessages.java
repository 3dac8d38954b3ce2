package dev.fastpull.worker.queue;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The queue for messages that are no requests, where somebody can look at them as they were sent. */
final class InvalidMessages {
    /** What is wrong with the message, for a person. */
    static final String REASON = "fastpull_reason";

    private final String queue;

    InvalidMessages(String queue) {
        this.queue = queue;
    }

    /**
     * Puts a received message there, with its body, properties and headers, and the reason added. It is the received
     * object itself that is sent, so a body that cannot be read, or must not be, is not touched.
     */
    void put(Session session, Message message, String reason) throws JMSException {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Object key : Collections.list((Enumeration<?>) message.getPropertyNames())) {
            String name = String.valueOf(key);
            // JMSX… are the broker's to set.
            if (!name.startsWith("JMSX")) {
                properties.put(name, message.getObjectProperty(name));
            }
        }
        // Properties of a received message are read-only until they are cleared (Jakarta Messaging 3.1, 3.5.5).
        message.clearProperties();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            message.setObjectProperty(property.getKey(), property.getValue());
        }
        message.setStringProperty(REASON, reason);
        if (message instanceof BytesMessage bytes) {
            bytes.reset();
        }
        try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            producer.send(message);
        }
    }
}
