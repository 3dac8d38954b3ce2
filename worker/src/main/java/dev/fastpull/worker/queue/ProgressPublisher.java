package dev.fastpull.worker.queue;

import dev.fastpull.worker.metrics.BuildMetrics;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

/**
 * News of running builds, for whoever listens to the progress topic now. Publishing returns at once; what cannot be sent
 * as fast as it comes is thrown away and counted.
 */
public final class ProgressPublisher implements AutoCloseable {
    private static final int MAX_WAITING = 2_000;

    private final String topic;
    private final BuildMetrics metrics;
    private final BestEffortSender sender;

    /**
     * A publisher with a connection of its own, made when there is something to say.
     *
     * @param config the broker and the topic
     * @param connector how to connect
     * @param metrics where lost news are counted
     */
    public ProgressPublisher(BrokerConfig config, Connector connector, BuildMetrics metrics) {
        this.topic = config.progressTopic();
        this.metrics = metrics;
        this.sender = new BestEffortSender("progress", connector, config.urls(), MAX_WAITING);
    }

    /**
     * Publishes one piece of news.
     *
     * @param requestId whose news it is; listeners can select by {@code JMSCorrelationID}
     * @param json the news
     */
    public void publish(String requestId, String json) {
        sender.send(new BestEffortSender.Parcel() {
            @Override
            public void send(Session session) throws JMSException {
                TextMessage message = session.createTextMessage(json);
                message.setJMSCorrelationID(requestId);
                try (MessageProducer producer = session.createProducer(session.createTopic(topic))) {
                    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
                    producer.send(message);
                }
            }

            @Override
            public void lost(String why) {
                metrics.progressDropped();
            }
        });
    }

    /** Sends what is waiting, for a few seconds at most. */
    @Override
    public void close() {
        sender.close();
    }
}
