package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.queue.BrokerUrls;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fastpull submit}: asks the pool for a build. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Sends a build request to the queue.")
final class SubmitCommand implements Callable<Integer> {
    @Option(
            names = "--broker",
            required = true,
            paramLabel = "URL",
            description = "The broker, such as tcp://broker:61616.")
    private String broker = "";

    @Mixin
    private RequestOptions request = new RequestOptions();

    @Option(names = "--wait", description = "Wait for the build's end, print what happens, and exit by its outcome.")
    private boolean wait;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "json",
            description = "Print just the event, as JSON, on standard output.")
    private @Nullable String output;

    @Parameters(index = "0", paramLabel = "CONTEXT_URL", description = "Where the worker fetches the context from.")
    private String contextUrl = "";

    SubmitCommand() {}

    @Override
    public Integer call() throws IOException {
        BuildRequest wanted = request.request(contextUrl);
        try (var submission = Submission.connect(BrokerUrls.parse(List.of(broker)).urls().getFirst(),
                WorkerCommand.credentials(System.getenv()))) {
            if (!wait) {
                submission.send(wanted);
                System.out.println(wanted.requestId());
                return ExitCode.SUCCESS;
            }
            CompletionEvent event = submission.sendAndWait(wanted, new NewsPrinter(System.err));
            if ("json".equals(output)) {
                System.out.println(MessageCodec.encodeEvent(event));
            } else {
                ResultTable.print(event, System.out, System.err, false);
            }
            return ExitCode.of(event);
        } catch (JMSException e) {
            System.err.println("fastpull: the broker cannot be used: " + e.getMessage());
            return ExitCode.INFRASTRUCTURE;
        }
    }
}
