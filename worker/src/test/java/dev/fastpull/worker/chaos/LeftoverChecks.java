package dev.fastpull.worker.chaos;

import dev.fastpull.messages.CompletionEvent.Canceled;
import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.testing.Processes;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQQueue;
import org.awaitility.Awaitility;

/**
 * Looks for what is left once all requests have ended and all workers were told to end.
 *
 * @param run is told what is wrong
 */
record LeftoverChecks(Run run) {
    private static final Duration LISTED_WITHIN = Duration.ofSeconds(20);
    private static final int SHOWN_CHARACTERS = 400;
    private static final String CANCELED_REQUEST = "fastpull_cancel";

    /** Processes, mounts, control groups and folders of a worker that has ended. */
    void worker(Member member) throws IOException {
        List<ProcessHandle> running = Processes.running(member.data().toString());
        if (!running.isEmpty()) {
            run.violated("LEFT: processes of " + member.name() + ": "
                    + running.stream().map(process -> process.info().commandLine().orElse("?")).toList());
        }
        List<String> mounts = Processes.mounts(member.data()).stream()
                .filter(mount -> !mount.contains(SmallDisk.NAME)).toList();
        if (!mounts.isEmpty()) {
            run.violated("LEFT: mounts of " + member.name() + ": " + mounts);
        }
        List<Path> groups = controlGroups(member.controlGroup());
        if (!groups.isEmpty()) {
            run.violated("LEFT: control groups of " + member.name() + ": " + groups);
        }
        for (Path folder : folders(member)) {
            try (Stream<Path> left = Files.list(folder)) {
                left.forEach(path -> run.violated("LEFT: " + path));
            }
        }
    }

    /** Where builds and conversions work, in all folders that the worker ever took. */
    private static List<Path> folders(Member member) throws IOException {
        try (Stream<Path> taken = Files.list(member.data().resolve("worker"))) {
            return taken.flatMap(folder -> Stream.of(folder.resolve("work"), folder.resolve("verify"),
                    folder.resolve("buildkit/nydus"))).filter(Files::isDirectory).toList();
        }
    }

    /** {@return the control groups of this name, in all hierarchies} */
    static List<Path> controlGroups(String name) throws IOException {
        Path root = Path.of("/sys/fs/cgroup");
        List<Path> found = new ArrayList<>();
        try (Stream<Path> hierarchies = Files.list(root)) {
            Stream.concat(Stream.of(root), hierarchies).map(hierarchy -> hierarchy.resolve(name))
                    .filter(Files::isDirectory).forEach(found::add);
        }
        return found;
    }

    /** All queues of the broker: only what was never a request may lie there, unchanged, and marks that came too late. */
    void queues(Broker broker, List<Sent> sent, List<Heard> heard) throws JMSException {
        try (Connection connection = broker.connect()) {
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            for (String queue : queues((ActiveMQConnection) connection)) {
                List<Message> left = browse(session, queue);
                switch (queue) {
                    case Destinations.INVALID -> invalid(left, sent);
                    case Destinations.CANCELS -> marks(left, heard);
                    default -> {
                        for (Message message : left) {
                            run.violated("LEFT: in " + queue + ": " + shown(message));
                        }
                    }
                }
            }
        }
    }

    private static String shown(Message message) throws JMSException {
        String text = message instanceof TextMessage words ? words.getText() : "no text";
        return message.getJMSMessageID() + " of " + Instant.ofEpochMilli(message.getJMSTimestamp()) + " with "
                + Collections.list((Enumeration<?>) message.getPropertyNames()) + ": "
                + text.substring(0, Math.min(text.length(), SHOWN_CHARACTERS));
    }

    private static Set<String> queues(ActiveMQConnection connection) throws JMSException {
        var destinations = connection.getDestinationSource();
        Awaitility.await("the broker lists its queues").atMost(LISTED_WITHIN).until(
                () -> names(destinations.getQueues()).containsAll(Set.of(Destinations.EVENTS, Destinations.REQUESTS)));
        return names(destinations.getQueues());
    }

    private static Set<String> names(Set<ActiveMQQueue> queues) {
        return queues.stream().map(ActiveMQQueue::getPhysicalName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Message> browse(Session session, String queue) throws JMSException {
        try (QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
            return Collections.list((Enumeration<?>) browser.getEnumeration()).stream().map(Message.class::cast)
                    .toList();
        }
    }

    private void invalid(List<Message> left, List<Sent> sent) throws JMSException {
        List<String> bodies = new ArrayList<>();
        for (Message message : left) {
            bodies.add(message instanceof TextMessage text ? text.getText() : message.toString());
        }
        List<String> expected = sent.stream().filter(request -> request.kind() == RequestKind.INVALID)
                .map(Sent::body).sorted().toList();
        if (!bodies.stream().sorted().toList().equals(expected)) {
            run.violated("LEFT: the queue of what is no request has " + bodies + ", and should have " + expected);
        }
    }

    private void marks(List<Message> left, List<Heard> heard) throws JMSException {
        Set<String> canceled = heard.stream().filter(one -> one.event() instanceof Canceled)
                .map(one -> one.event().report().requestId()).collect(Collectors.toSet());
        for (Message mark : left) {
            if (canceled.contains(mark.getStringProperty(CANCELED_REQUEST))) {
                run.violated("LEFT: a mark for a request that was canceled: "
                        + mark.getStringProperty(CANCELED_REQUEST));
            }
        }
    }
}
