package dev.fastpull.worker.queue;

import dev.fastpull.messages.Destinations;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on the control topic, on a thread and in a session of its own, for as long as there is a connection. */
final class ControlListener implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(ControlListener.class);
    private static final long RECEIVE_MILLIS = 500;

    private final BrokerLink link;
    private final CancelHandler handler;
    private final CountDownLatch stopping;

    ControlListener(BrokerLink link, CancelHandler handler, CountDownLatch stopping) {
        this.link = link;
        this.handler = handler;
        this.stopping = stopping;
    }

    @Override
    public void run() {
        try {
            for (Connection connection = link.await(); connection != null; connection = link.await()) {
                listen(connection);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Also while the worker drains: a build that has time to finish can still be canceled. */
    private void listen(Connection connection) throws InterruptedException {
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer control = session.createConsumer(session.createTopic(Destinations.CONTROL))) {
            while (link.isCurrent(connection)) {
                Message message = control.receive(RECEIVE_MILLIS);
                if (message != null) {
                    hear(session, message);
                }
            }
        } catch (JMSException e) {
            log.debug("Nothing is heard on the control topic: {}", Failures.inOneLine(e));
            if (stopping.await(RECEIVE_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("Stopped listening");
            }
        }
    }

    private void hear(Session session, Message message) throws JMSException {
        String requestId = CancelMessage.requestId(message);
        Optional<String> answer = requestId == null ? Optional.empty() : handler.cancel(requestId);
        if (answer.isEmpty()) {
            return;
        }
        log.info("Asked to cancel the request {}: {}", requestId, answer.get());
        Destination replyTo = message.getJMSReplyTo();
        if (replyTo != null) {
            try (MessageProducer producer = session.createProducer(replyTo)) {
                producer.send(session.createTextMessage(answer.get()));
            } catch (JMSException e) {
                log.debug("Nobody waits for the answer: {}", Failures.inOneLine(e));
            }
        }
    }
}
