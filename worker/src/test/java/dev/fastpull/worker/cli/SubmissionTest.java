package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.CompletionEvent.Envelope;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.queue.BrokerConnector;
import dev.fastpull.worker.queue.EmbeddedBroker;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A requester on a real broker; the test itself is the worker. */
class SubmissionTest {
    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
    private static final long SOON_MILLIS = 30_000;

    @TempDir
    Path folder;

    private final BuildRequest request = BuildRequest.of("r-1", "localhost/app:v1", "https://example.com/a.tar");
    private final List<String> notices = new CopyOnWriteArrayList<>();

    private static CompletionEvent event(String worker) {
        return new CompletionEvent.Succeeded(new Envelope("id", "urn:test", "localhost/app:v1", NOW), new BuildReport(
                "r-1", "localhost/app:v1", 1, worker, List.of(), null, List.of(), null, 1, null, null, null, false,
                Published.ALL, Map.of()));
    }

    private CompletableFuture<Optional<CompletionEvent>> submitted(List<URI> brokers) {
        var submission = new Submission(brokers, null, Destinations.REQUESTS, notices::add);
        var answer = new CompletableFuture<Optional<CompletionEvent>>();
        Thread.startVirtualThread(() -> {
            try {
                answer.complete(submission.sendAndWait(request, Duration.ofSeconds(60), _ -> {}));
            } catch (JMSException | InterruptedException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private static Connection connected(URI broker) throws JMSException {
        Connection connection = new BrokerConnector(null).connect(broker, Duration.ofSeconds(10));
        connection.start();
        return connection;
    }

    private static Message taken(Session session) throws JMSException {
        return Objects.requireNonNull(session.createConsumer(session.createQueue(Destinations.REQUESTS))
                .receive(SOON_MILLIS), "no request came");
    }

    private static void publishEnd(Session session, String requestId) throws JMSException {
        TextMessage news = session.createTextMessage(MessageCodec.encodeProgress(
                new ProgressEvent.Ended(requestId, event("by-topic"), NOW)));
        news.setJMSCorrelationID(requestId);
        session.createProducer(session.createTopic(Destinations.PROGRESS)).send(news);
    }

    @Test
    void theReplyIsTheEnd() throws Exception {
        try (var broker = EmbeddedBroker.start(folder, 0); var connection = connected(broker.url())) {
            var answer = submitted(List.of(broker.url()));
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Message taken = taken(session);
            session.createProducer(taken.getJMSReplyTo()).send(session.createTextMessage(
                    MessageCodec.encodeEvent(event("by-reply"))));
            assertThat(answer.get(30, TimeUnit.SECONDS)).contains(event("by-reply"));
        }
    }

    @Test
    void whereTheReplyIsLostTheTopicTellsTheEndOfThisRequestAndNoOther() throws Exception {
        try (var broker = EmbeddedBroker.start(folder, 0); var connection = connected(broker.url())) {
            var answer = submitted(List.of(URI.create("tcp://127.0.0.1:" + BuildFailuresIT.freePort()), broker.url()));
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            taken(session);
            publishEnd(session, "r-2");
            session.createProducer(session.createTopic(Destinations.PROGRESS)).send(session.createTextMessage("{"));
            publishEnd(session, "r-1");
            assertThat(answer.get(30, TimeUnit.SECONDS)).contains(event("by-topic"));
        }
    }

    @Test
    void aLostConnectionIsMadeAnew() throws Exception {
        CompletableFuture<Optional<CompletionEvent>> answer;
        URI url;
        try (var broker = EmbeddedBroker.start(folder, 0)) {
            url = broker.url();
            answer = submitted(List.of(url));
            try (var connection = connected(url)) {
                taken(connection.createSession(false, Session.AUTO_ACKNOWLEDGE));
            }
        }
        try (var broker = EmbeddedBroker.start(folder, url.getPort()); var connection = connected(broker.url())) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> notices.contains("connected again"));
            publishEnd(connection.createSession(false, Session.AUTO_ACKNOWLEDGE), "r-1");
            assertThat(answer.get(30, TimeUnit.SECONDS)).contains(event("by-topic"));
            assertThat(notices).first().asString().startsWith("the connection to the broker is lost");
        }
    }

    @Test
    void everyBrokerThatCannotBeReachedIsNamedWithoutItsPassword() throws Exception {
        int port = BuildFailuresIT.freePort();
        var submission = new Submission(List.of(URI.create("tcp://127.0.0.1:" + port),
                URI.create("tcp://bob:hunter2@127.0.0.1:" + port)), null, Destinations.REQUESTS, notices::add);
        assertThatThrownBy(() -> submission.send(request)).isInstanceOf(JMSException.class)
                .hasMessageContaining("tcp://127.0.0.1:" + port + ": ").hasMessageContaining("; ")
                .message().doesNotContain("hunter2");
    }
}
