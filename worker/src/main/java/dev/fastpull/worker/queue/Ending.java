package dev.fastpull.worker.queue;

import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.worker.event.EventDestination;
import dev.fastpull.worker.event.EventMessage;
import dev.fastpull.worker.metrics.BuildMetrics;
import dev.fastpull.worker.metrics.InvalidKind;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a request: sends what there is to send, the event last, in the transaction that acknowledges the request; and only
 * when that is committed counts it and replies. The transaction holds nothing but the operator's own destinations.
 */
final class Ending {
    private static final Logger log = LoggerFactory.getLogger(Ending.class);

    private final List<EventDestination> destinations;
    private final InvalidMessages invalid;
    private final Replies replies;
    private final EventSends sends;
    private final BuildMetrics metrics;
    private final Consumer<CompletionEvent> onCommitted;

    Ending(BrokerConfig config, Replies replies, EventSends sends, BuildMetrics metrics,
            Consumer<CompletionEvent> onCommitted) {
        this.destinations = config.events();
        this.invalid = new InvalidMessages(config.invalidQueue());
        this.replies = replies;
        this.sends = sends;
        this.metrics = metrics;
        this.onCommitted = onCommitted;
    }

    /** Ends a message that cannot be a request. */
    void putAside(Session session, Message message, MessageBody.Unusable unusable) throws JMSException {
        putAside(session, message, unusable.kind(), unusable.reason(), null);
    }

    /** Ends a request as its handler said; false if it is to be handed back. */
    boolean commit(Connection connection, Session session, Message message, Answer answer, BrokerNotes notes)
            throws JMSException {
        switch (answer) {
            case Answer.Completed(CompletionEvent event) -> {
                Destination replyTo = message.getJMSReplyTo();
                if (event instanceof CompletionEvent.Canceled) {
                    CancelMessage.unmark(connection, session, event.report().requestId());
                }
                notes.remove(session, event.envelope().id());
                EventMessage sent;
                try (var send = sends.begin()) {
                    sent = send(session, event, send);
                    session.commit();
                }
                committed(event, sent, replyTo);
                return true;
            }
            case Answer.Invalid(String reason, CompletionEvent event) -> {
                putAside(session, message, InvalidKind.MALFORMED, reason, event);
                return true;
            }
            case Answer.HandBack() -> {
                return false;
            }
        }
    }

    private void putAside(Session session, Message message, InvalidKind kind, String reason,
            @Nullable CompletionEvent event) throws JMSException {
        String id = message.getJMSMessageID();
        Destination replyTo = message.getJMSReplyTo();
        EventMessage sent;
        try (var send = sends.begin()) {
            send.patiently(() -> invalid.put(session, message, reason));
            sent = event == null ? null : send(session, event, send);
            session.commit();
        }
        metrics.invalid(kind);
        log.info("Put message {} aside, since it is no request: {}", id, reason);
        if (event != null && sent != null) {
            committed(event, sent, replyTo);
        }
    }

    private EventMessage send(Session session, CompletionEvent event, EventSends.Send send) throws JMSException {
        EventMessage message = EventMessage.of(event);
        for (EventDestination destination : destinations) {
            try (MessageProducer producer = session.createProducer(destination.in(session))) {
                producer.setDeliveryMode(DeliveryMode.PERSISTENT);
                send.patiently(() -> producer.send(message.in(session)));
            }
        }
        return message;
    }

    private void committed(CompletionEvent event, EventMessage sent, @Nullable Destination replyTo) {
        metrics.ended(event);
        onCommitted.accept(event);
        if (replyTo != null) {
            replies.send(replyTo, sent);
        }
    }
}
