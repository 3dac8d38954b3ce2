package dev.fastpull.worker.cli;

import dev.fastpull.worker.testing.ArtemisProcess;
import dev.fastpull.worker.testing.Broker;
import java.io.IOException;
import java.nio.file.Path;

/** The same with Artemis. */
class ArtemisCancelIT extends CancelIT {
    @Override
    Broker newBroker(Path files) throws IOException, InterruptedException {
        return ArtemisProcess.start(files);
    }
}
