package dev.fastpull.worker.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.apache.activemq.artemis.jms.client.ActiveMQQueue;
import org.apache.activemq.artemis.api.jms.management.JMSManagementHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an Artemis broker does with the requests that it holds, as its broker.xml says: it may put one aside that was
 * delivered often or has waited for long, and nobody would hear of it.
 *
 * @param queue the queue of requests
 * @param maxDeliveries after how many deliveries a request is put aside; -1 for never
 * @param redeliveryDelay how long a request that was handed back is kept from other workers, in milliseconds
 * @param expiryDelay after how long a request is put aside that does not say, in milliseconds; -1 for never
 */
record ArtemisSettings(String queue, int maxDeliveries, long redeliveryDelay, long expiryDelay) {
    private static final Logger log = LoggerFactory.getLogger(ArtemisSettings.class);
    private static final String MANAGEMENT = "activemq.management";
    private static final long ANSWERS_WITHIN_MILLIS = 10_000;
    /** Of Artemis, where broker.xml does not say. */
    private static final int DEFAULT_MAX_DELIVERIES = 10;

    /** {@return the settings; none, which is logged, where the broker does not tell them to this user} */
    static Optional<ArtemisSettings> ask(Connection connection, String queue) throws JMSException {
        // In a session of its own: what goes wrong here spoils no other.
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            return Optional.of(parse(queue, answer(session, queue)));
        } catch (JMSSecurityException | UnansweredException | JsonProcessingException e) {
            log.warn("Cannot look up max-delivery-attempts of queue {} ({}); see to it that it is -1 or larger than"
                    + " --max-attempts", queue, Failures.inOneLine(e));
            return Optional.empty();
        }
    }

    private static String answer(Session session, String queue) throws JMSException, UnansweredException {
        var replies = session.createTemporaryQueue();
        Message question = session.createMessage();
        question.setJMSReplyTo(replies);
        JMSManagementHelper.putOperationInvocation(question, ResourceNames.BROKER, "getAddressSettingsAsJSON", queue);
        try (MessageProducer producer = session.createProducer(new ActiveMQQueue(MANAGEMENT))) {
            producer.send(question);
        }
        Message answer = session.createConsumer(replies).receive(ANSWERS_WITHIN_MILLIS);
        if (answer == null) {
            throw new UnansweredException("the broker's management does not answer");
        }
        try {
            Object result = JMSManagementHelper.getResult(answer);
            if (JMSManagementHelper.hasOperationSucceeded(answer) && result instanceof String json) {
                return json;
            }
            throw new UnansweredException(String.valueOf(result));
        } catch (UnansweredException e) {
            throw e;
        } catch (Exception e) {
            throw new UnansweredException(Failures.inOneLine(e));
        }
    }

    /** {@return what the broker has answered, understood} */
    static ArtemisSettings parse(String queue, String json) throws JsonProcessingException {
        JsonNode settings = new ObjectMapper().readTree(json);
        return new ArtemisSettings(queue, settings.path("maxDeliveryAttempts").asInt(DEFAULT_MAX_DELIVERIES),
                settings.path("redeliveryDelay").asLong(0), settings.path("expiryDelay").asLong(-1));
    }

    /** Throws {@link JMSException} where a request can be put aside before the worker ends it, and warns of the rest. */
    void check(int maxAttempts) throws JMSException {
        // The worker ends a request with the delivery after the last attempt, so the broker has to grant that one too.
        if (maxDeliveries >= 0 && maxDeliveries <= maxAttempts) {
            throw new JMSException("max-delivery-attempts of queue " + queue + " is " + maxDeliveries
                    + ", so the broker puts a request aside without an event before --max-attempts " + maxAttempts
                    + " ends it; set <max-delivery-attempts>-1</max-delivery-attempts> in the address-setting for it in"
                    + " broker.xml, or lower --max-attempts");
        }
        if (maxDeliveries >= 0) {
            log.warn(
                    "The broker's max-delivery-attempts puts a request in {} aside after {} deliveries, without an event;"
                            + " those count that a worker handed back when it ended, so set it to -1",
                    queue, maxDeliveries);
        }
        if (expiryDelay >= 0) {
            log.warn("The broker's expiry-delay puts requests in {} aside after {} ms, without an event; set it to -1",
                    queue, expiryDelay);
        }
        if (redeliveryDelay > 0) {
            log.warn("The broker's redelivery-delay keeps a request in {} that was handed back from other workers for"
                    + " {} ms; set it to 0", queue, redeliveryDelay);
        }
    }

    /** Management says nothing, or not what was asked for. */
    private static final class UnansweredException extends Exception {
        UnansweredException(String message) {
            super(message);
        }
    }
}
