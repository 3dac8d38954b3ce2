package dev.fastpull.worker.queue;

import dev.fastpull.worker.event.EventMessage;
import dev.fastpull.worker.metrics.BuildMetrics;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requester a copy of the event, after it was committed. In the transaction itself a requester who has hung up
 * would make every commit fail, and with it every attempt.
 */
final class Replies implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);
    private static final int MAX_WAITING = 1_000;

    private final ReplyAddress address;
    private final Connector connector;
    private final BuildMetrics metrics;
    private final BestEffortSender sender;

    Replies(BrokerConfig config, Connector connector, BuildMetrics metrics) {
        this.address = new ReplyAddress(config);
        this.connector = connector;
        this.metrics = metrics;
        this.sender = new BestEffortSender("replies", connector, config.urls(), MAX_WAITING);
    }

    void send(Destination replyTo, EventMessage event) {
        Reply reply = new Reply(replyTo, event);
        try {
            if (address.isAllowed(replyTo)) {
                sender.send(reply);
            } else {
                reply.lost("only temporary queues and names that the operator allows may be replied to");
            }
        } catch (JMSException e) {
            reply.lost(Failures.inOneLine(e));
        }
    }

    @Override
    public void close() {
        sender.close();
    }

    private final class Reply implements BestEffortSender.Parcel {
        private final Destination replyTo;
        private final EventMessage event;

        Reply(Destination replyTo, EventMessage event) {
            this.replyTo = replyTo;
            this.event = event;
        }

        @Override
        public void send(Session session) throws JMSException {
            if (replyTo instanceof TemporaryQueue temporary && !connector.isThere(session, temporary)) {
                throw new InvalidDestinationException("nobody waits at this temporary queue any more");
            }
            try (MessageProducer producer = session.createProducer(replyTo)) {
                producer.setDeliveryMode(
                        replyTo instanceof TemporaryQueue ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT);
                producer.send(event.in(session));
            }
        }

        @Override
        public void lost(String why) {
            metrics.replyFailed();
            log.warn("No reply to {} for request {}: {}", replyTo, event.correlationId(), why);
        }
    }
}
