package dev.fastpull.worker.queue;

import dev.fastpull.worker.testing.ArtemisProcess;
import jakarta.jms.JMSException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The same with Artemis. */
class ArtemisFrozenIT extends FrozenBrokerIT {
    @TempDir
    static Path files;

    private static ArtemisProcess artemis;

    @BeforeAll
    static void startArtemis() throws Exception {
        artemis = ArtemisProcess.start(files);
    }

    @AfterAll
    static void stopArtemis() {
        artemis.close();
    }

    @Override
    @BeforeEach
    void startBroker() throws JMSException {
        client = new TestBroker(artemis.url());
    }

    /** The broker goes on; the next test finds its queues empty. */
    @Override
    void stopBroker() throws JMSException {
        client.drain();
    }

    @Override
    URI url() {
        return artemis.url();
    }

    @Override
    String impatient() {
        return "connectionTTL=1000&clientFailureCheckPeriod=500";
    }
}
