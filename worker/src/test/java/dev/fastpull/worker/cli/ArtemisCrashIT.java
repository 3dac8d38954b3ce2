package dev.fastpull.worker.cli;

import dev.fastpull.worker.testing.ArtemisProcess;
import dev.fastpull.worker.testing.Broker;
import java.io.IOException;
import java.nio.file.Path;

/** The same with Artemis. */
class ArtemisCrashIT extends WorkerCrashIT {
    @Override
    Broker broker(Path files) throws IOException, InterruptedException {
        return ArtemisProcess.start(files);
    }
}
