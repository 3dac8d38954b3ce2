package dev.fastpull.worker.cli;

import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.RequestLimits;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.BrokerUrls;
import dev.fastpull.worker.queue.CancelMessage;
import dev.fastpull.worker.queue.Failures;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fastpull cancel}: has a request end as canceled, whether it is being built or still in the queue. */
@Command(
        name = "cancel",
        sortOptions = false,
        customSynopsis = "fastpull cancel --broker URL [OPTIONS] REQUEST_ID",
        header = "Stops the build of a request, or marks it so that no worker begins it.%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Answers: canceling; ended: HOW, where it has; marked until TIME, where no worker runs it now."})
final class CancelCommand implements Callable<Integer>, Checked {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]*");
    /** A worker that runs the request answers at once; some more for a slow network. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final Map<String, String> environment;

    @Parameters(index = "0", arity = "0..1", paramLabel = "REQUEST_ID", description = "The request's id.")
    private @Nullable String requestId;

    @Mixin
    private BrokerOptions broker = new BrokerOptions();

    @Option(
            names = "--keep",
            paramLabel = "DURATION",
            defaultValue = "PT24H",
            description = "How long a request that no worker runs stays marked (default: 24h).")
    private String keep = "PT24H";

    private @Nullable Job job;

    /** All that was written, understood. */
    private record Job(String requestId, BrokerUrls brokers, BrokerAccess access, Duration keep) {}

    CancelCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void check(Mistakes mistakes) {
        if (!broker.given()) {
            mistakes.add("Say which broker: --broker tcp://HOST:61616, or FASTPULL_BROKER.");
        }
        String id = requestId == null ? "" : requestId;
        if (id.length() > RequestLimits.ID_CHARACTERS || !REQUEST_ID.matcher(id).matches()) {
            mistakes.add("Say which request: its REQUEST_ID, as submit prints it.");
        }
        job = new Job(id, broker.urls(mistakes), broker.access(environment, mistakes),
                mistakes.read("--keep", keep, Duration.ofHours(24), Times::positive));
    }

    @Override
    public Integer call() {
        Job todo = job;
        if (todo == null) {
            throw new IllegalStateException("check comes first");
        }
        todo.brokers().notices().forEach(CancelCommand::notice);
        var submission = new Submission(todo.brokers().urls(), todo.access(), Destinations.REQUESTS,
                CancelCommand::notice);
        try (Connection connection = submission.connect()) {
            System.out.println(cancel(connection, todo));
            return ExitCode.SUCCESS;
        } catch (JMSException e) {
            notice("no broker takes it: " + Failures.inOneLine(e));
            return ExitCode.INFRASTRUCTURE;
        }
    }

    /** The mark first and the word then: a worker that begins in between sees the one, any other hears the other. */
    private static String cancel(Connection connection, Job todo) throws JMSException {
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        var answers = session.createTemporaryQueue();
        Instant until = Instant.now().plus(todo.keep()).truncatedTo(ChronoUnit.SECONDS);
        try (MessageProducer marks = session.createProducer(session.createQueue(Destinations.CANCELS));
                MessageProducer control = session.createProducer(session.createTopic(Destinations.CONTROL))) {
            marks.send(CancelMessage.of(session, todo.requestId()), DeliveryMode.PERSISTENT, Message.DEFAULT_PRIORITY,
                    todo.keep().toMillis());
            Message word = CancelMessage.of(session, todo.requestId());
            word.setJMSReplyTo(answers);
            control.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            control.send(word);
        }
        Message answer = session.createConsumer(answers).receive(ANSWERS_WITHIN.toMillis());
        String said = answer instanceof TextMessage text ? text.getText() : "marked until " + until;
        if (said.startsWith("ended")) {
            CancelMessage.unmark(connection, session, todo.requestId());
        }
        return said;
    }

    private static void notice(String sentence) {
        System.err.println("fastpull: " + sentence);
    }
}
