package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.Destinations;
import dev.fastpull.worker.testing.ArtemisProcess;
import dev.fastpull.worker.testing.Broker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With Artemis. */
class ArtemisCrashIT extends BrokerCrashes {
    @Override
    Broker newBroker(Path files) throws IOException, InterruptedException {
        return ArtemisProcess.start(files);
    }

    @Test
    void whoWaitsHearsOfTheEnd() throws Exception {
        worker().awaitReady();
        var submission = new Submission(List.of(broker.url()), null, Destinations.REQUESTS, _ -> {});
        assertThat(submission.sendAndWait(request(0), SOON, _ -> {})).containsInstanceOf(Succeeded.class);
        assertSucceeded(observer.next(), 1);
        assertNothingElse();
    }
}
