package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fastpull.worker.testing.Broker;
import dev.fastpull.worker.testing.BrokerProcess;
import dev.fastpull.worker.testing.Processes;
import dev.fastpull.worker.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** With ActiveMQ Classic; and what happens to workers and daemons whatever the broker is. */
class WorkerCrashIT extends BrokerCrashes {
    @Override
    Broker newBroker(Path files) throws IOException {
        return BrokerProcess.start(files);
    }

    @Test
    void aWorkerThatIsToldToEndFinishesWhatItRuns() throws Exception {
        WorkerProcess worker = worker("--grace", "PT60S").awaitReady();
        observer.send(request(3));
        awaitStep();

        worker.process().terminate();
        observer.send(request(1));

        assertThat(worker.process().exitCode()).isZero();
        assertSucceeded(observer.next(), 1);
        assertThat(observer.left()).singleElement().asString().contains("fastpull.build.requests");
    }

    @Test
    void aWorkerWithoutTimeLeftHandsItsRequestBack() throws Exception {
        WorkerProcess worker = worker("--grace", "PT0.1S").awaitReady();
        observer.send(request(5));
        awaitStep();

        worker.process().terminate();

        assertThat(worker.process().exitCode()).isZero();
        assertThat(Processes.running(worker.data().toString())).isEmpty();
        assertThat(Processes.running("print " + name)).isEmpty();
        worker();
        assertSucceeded(observer.next(), 2);
        assertNothingElse();
    }

    @Test
    void aBuildWhoseDaemonIsKilledIsTriedAgain() throws Exception {
        WorkerProcess worker = worker().awaitReady();
        observer.send(request(5));
        awaitStep();

        worker.process().handle().descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/buildkitd"))
                .forEach(ProcessHandle::destroyForcibly);

        assertSucceeded(observer.next(), 1);
        assertThat(worker.get("/metrics", 200)).contains("fastpull_buildkitd_restarts_total 1.0",
                "fastpull_retries_total{reason=\"BUILDER_UNAVAILABLE\"} 1.0");
        assertNothingElse();
    }

    @Test
    void aWorkerWaitsForItsBroker() throws Exception {
        broker.kill();
        WorkerProcess worker = worker();
        await().atMost(SOON).ignoreExceptions().untilAsserted(
                () -> assertThat(worker.get("/readyz", 503)).contains("not connected to the broker"));
        broker.startAgain();
        worker.awaitReady();
        observer.send(request(0));
        assertSucceeded(observer.next(), 1);
        assertNothingElse();
    }
}
