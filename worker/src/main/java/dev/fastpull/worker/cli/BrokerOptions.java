package dev.fastpull.worker.cli;

import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.event.EventDestination;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.BrokerUrls;
import dev.fastpull.worker.queue.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which broker, who is there to it, and which of its queues holds requests. */
final class BrokerOptions {
    private static final String PASSWORD = "FASTPULL_BROKER_PASSWORD";

    @Option(
            names = "--broker",
            paramLabel = "URL",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "The broker, such as tcp://broker:61616, ssl://broker:61617, or for Artemis"
                    + " artemis+tcp://broker:61616 or artemis+ssl://broker:61617. May be repeated: they are tried in turn.")
    private List<String> urls = new ArrayList<>();

    @Option(names = "--broker-user", paramLabel = "NAME", description = "Who this is to the broker (default: nobody).")
    private @Nullable String user;

    @Option(
            names = "--broker-password-file",
            paramLabel = "FILE",
            description = "The file with the password. Or put the password itself into " + PASSWORD + ".")
    private @Nullable Path passwordFile;

    @Option(
            names = "--broker-ca",
            paramLabel = "FILE",
            description = "For ssl: trust the certificate authorities in this PEM file, and no others (default: the"
                    + " system's).")
    private @Nullable String authorities;

    @Option(
            names = "--queue",
            paramLabel = "NAME",
            defaultValue = Destinations.REQUESTS,
            description = "The queue of requests (default: ${DEFAULT-VALUE}).")
    private String queue = Destinations.REQUESTS;

    BrokerOptions() {}

    /** {@return whether any URL was given} */
    boolean given() {
        return !urls.isEmpty();
    }

    /** {@return the brokers that could be read; the others are noted} */
    BrokerUrls urls(Mistakes mistakes) {
        // The words about a mistake leave out what may be secret in the URL, so the URL itself is not repeated.
        List<BrokerUrls> read = mistakes.each("--broker", urls, url -> BrokerUrls.parse(List.of(url)));
        return new BrokerUrls(read.stream().flatMap(part -> part.urls().stream()).toList(),
                read.stream().flatMap(part -> part.notices().stream()).toList());
    }

    /** {@return the queue's name, noted where it is none} */
    String queue(Mistakes mistakes) {
        if (!EventDestination.isPlain(queue)) {
            mistakes.add("--queue " + queue + ": this is not the name of one queue.");
        }
        return queue;
    }

    /** {@return user, password and authorities} */
    BrokerAccess access(Map<String, String> environment, Mistakes mistakes) {
        return new BrokerAccess(credentials(environment, mistakes),
                authorities == null ? null : mistakes.certificates("--broker-ca", authorities));
    }

    private @Nullable Credentials credentials(Map<String, String> environment, Mistakes mistakes) {
        String password = environment.get(PASSWORD);
        if (passwordFile != null) {
            try {
                password = Files.readString(passwordFile).strip();
            } catch (IOException _) {
                mistakes.add("--broker-password-file " + passwordFile + ": the file cannot be read.");
            }
        }
        if (user == null && password != null) {
            mistakes.add("There is a password for the broker, but no user: add --broker-user NAME.");
        }
        return user == null ? null : new Credentials(user, password == null ? "" : password);
    }
}
