package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.RequestBuilder;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.BrokerUrls;
import dev.fastpull.worker.queue.Failures;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fastpull submit}: asks the pool for a build. */
@Command(
        name = "submit",
        sortOptions = false,
        customSynopsis = "fastpull submit --broker URL -t REF [OPTIONS] CONTEXT_URL",
        header = "Sends a build request to the queue, and with --wait tells what becomes of it.%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example: fastpull submit --broker tcp://broker:61616 -t registry.example.com/team/app:v1 --wait"
                + " https://example.com/app.tar.gz"})
final class SubmitCommand implements Callable<Integer>, Checked {
    private static final Pattern SECRET = Pattern.compile("id=([^,]+),from=([^,]+)");

    private final Map<String, String> environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CONTEXT_URL",
            description = "Where the worker fetches the context from: an https, http or file URL of an archive.")
    private @Nullable String contextUrl;

    @Mixin
    private BrokerOptions broker = new BrokerOptions();

    @Mixin
    private RequestOptions request = new RequestOptions();

    @Option(
            names = "--secret",
            paramLabel = "id=ID,from=NAME",
            description = "A secret of the worker's operator that RUN --mount=type=secret,id=ID may read. May be"
                    + " repeated.")
    private List<String> secrets = new ArrayList<>();

    @Option(names = "--context-sha256", paramLabel = "HEX", description = "What the archive must hash to.")
    private @Nullable String sha256;

    @Option(
            names = "--context-path",
            paramLabel = "DIR",
            description = "The folder in the archive that is the context.")
    private @Nullable String path;

    @Option(
            names = "--context-credential",
            paramLabel = "NAME",
            description = "The operator's credential to fetch the context with (default: by its URL).")
    private @Nullable String credential;

    @Option(
            names = "--dockerfile-inline",
            paramLabel = "FILE",
            description = "Send this file's lines as the Dockerfile; CONTEXT_URL may then be left out.")
    private @Nullable Path inline;

    @Option(names = "--wait", description = "Wait for the build's end, show what happens, and exit by its outcome.")
    private boolean wait;

    @Option(
            names = "--wait-timeout",
            paramLabel = "DURATION",
            description = "Wait, but give up after this long; the build goes on.")
    private @Nullable String waitTimeout;

    @Option(
            names = "--progress",
            paramLabel = "auto|plain|json|quiet",
            defaultValue = "auto",
            description = "What is told meanwhile, on standard error: auto redraws a few lines on a terminal and is"
                    + " plain elsewhere (default: ${DEFAULT-VALUE}).")
    private ProgressStyle progress = ProgressStyle.AUTO;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing but the id, or with --wait REF@DIGEST of what was built.")
    private boolean quiet;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "json",
            description = "Print just JSON on standard output: the event, or without --wait {\"requestId\":…}.")
    private @Nullable OutputFormat output;

    private @Nullable Job job;

    /** All that was written, understood. */
    private record Job(BuildRequest request, BrokerUrls brokers, BrokerAccess access, String queue,
            @Nullable Duration limit) {}

    SubmitCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void check(Mistakes mistakes) {
        if (!broker.given()) {
            mistakes.add("Say which broker to send it to: --broker tcp://HOST:61616, or FASTPULL_BROKER.");
        }
        if (contextUrl == null && inline == null) {
            mistakes.add("Say where the context is: CONTEXT_URL, such as https://example.com/app.tar.gz.");
        }
        Duration limit = waitTimeout == null
                ? null
                : mistakes.read("--wait-timeout", waitTimeout, Duration.ZERO, Times::positive);
        job = new Job(request.request(builder -> complete(builder, mistakes), mistakes), broker.urls(mistakes),
                broker.access(environment, mistakes), broker.queue(mistakes), limit);
    }

    private void complete(RequestBuilder builder, Mistakes mistakes) {
        if (contextUrl != null) {
            builder.context(new ContextSource(contextUrl, sha256, path, credential));
        }
        if (inline != null) {
            try {
                builder.dockerfile("Dockerfile").dockerfileInline(Files.readString(inline));
            } catch (IOException _) {
                mistakes.add("--dockerfile-inline " + inline + ": the file cannot be read.");
            }
        }
        mistakes.each("--secret", secrets, text -> {
            Matcher matcher = SECRET.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("write id=ID,from=NAME");
            }
            return builder.secret(matcher.group(1), matcher.group(2));
        });
        if (contextUrl == null && inline == null) {
            // Said already; so that nothing is said of it twice.
            builder.context("https://localhost/");
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Job todo = job;
        if (todo == null) {
            throw new IllegalStateException("check comes first");
        }
        todo.brokers().notices().forEach(SubmitCommand::notice);
        var submission = new Submission(todo.brokers().urls(), todo.access(), todo.queue(), SubmitCommand::notice);
        try {
            if (wait || todo.limit() != null) {
                return await(submission, todo);
            }
            submission.send(todo.request());
            String id = todo.request().requestId();
            System.out.println(output == OutputFormat.JSON ? "{\"requestId\":\"" + id + "\"}" : id);
            return ExitCode.SUCCESS;
        } catch (JMSException e) {
            notice("no broker takes the request: " + Failures.inOneLine(e));
            return ExitCode.INFRASTRUCTURE;
        }
    }

    private int await(Submission submission, Job todo) throws JMSException {
        String id = todo.request().requestId();
        ProgressStyle style = quiet ? ProgressStyle.QUIET : progress;
        Optional<CompletionEvent> event;
        try (var _ = OrderlyEnd.ofThisThread()) {
            try (BuildView view = style.open(environment)) {
                event = submission.sendAndWait(todo.request(), todo.limit(), view);
            } catch (InterruptedException _) {
                notice("interrupted: the request " + id + " goes on; its event will"
                        + " be in the queue " + Destinations.EVENTS);
                return ExitCode.INTERRUPTED;
            }
        }
        if (event.isEmpty()) {
            notice("gave up after " + todo.limit() + ": the request " + id + " has not ended; it goes on, and its event"
                    + " will be in the queue " + Destinations.EVENTS);
            return ExitCode.INFRASTRUCTURE;
        }
        new Outcome(output, quiet, !style.showsOutput(environment)).print(event.get(), System.out, System.err);
        return ExitCode.of(event.get());
    }

    private static void notice(String sentence) {
        System.err.println("fastpull: " + sentence);
    }
}
