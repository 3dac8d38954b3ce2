package dev.fastpull.worker.chaos;

import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.testing.RealTools;
import dev.fastpull.worker.testing.WorkerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One worker of the pool, and whoever starts it again when it has ended. One thing is done to it at a time. */
final class Member implements AutoCloseable {
    private static final int KILLED_BY_SIGTERM = 128 + 15;
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
    private static final Pattern RUNNING = Pattern.compile("^fastpull_builds_running (\\S+)", Pattern.MULTILINE);
    private static final Pattern BUILDS = Pattern.compile("^fastpull_builds_total\\{\\S+ (\\S+)", Pattern.MULTILINE);

    private final String name;
    private final Setup setup;
    private final Run run;
    private final Lock lock = new ReentrantLock();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWERS_WITHIN).build();
    private volatile WorkerProcess worker;

    /**
     * How workers are started.
     *
     * @param toolchain the native programs
     * @param broker the broker
     * @param data where workers have their folders
     * @param logs where they have their logs
     * @param classes classes that go before the project's own; none for a worker as it is
     * @param options more options of {@code fastpull worker}
     */
    record Setup(Toolchain toolchain, URI broker, Path data, Path logs, List<Path> classes, List<String> options) {}

    Member(String name, Setup setup, Run run) throws IOException {
        this.name = name;
        this.setup = setup;
        this.run = run;
        this.worker = start();
    }

    private WorkerProcess start() throws IOException {
        return WorkerProcess.start(setup.classes(), setup.toolchain(), setup.broker(), data(),
                setup.logs().resolve(name + ".log"), setup.options().toArray(String[]::new));
    }

    String name() {
        return name;
    }

    /** {@return its folder} */
    Path data() {
        return setup.data().resolve(name);
    }

    long pid() {
        return worker.process().handle().pid();
    }

    /** Has it for oneself until it is given back. */
    void take() {
        lock.lock();
    }

    /** {@return whether one has it for oneself now} */
    boolean tryTake() {
        return lock.tryLock();
    }

    void giveBack() {
        lock.unlock();
    }

    /** Kills it as {@code kill -9} does, and starts it again. */
    void crash() throws IOException {
        lock.lock();
        try {
            run.say(name + ": kill -9");
            worker.process().kill();
            worker = start();
        } finally {
            lock.unlock();
        }
    }

    /** Asks it to end, and starts it again once it has. */
    void restart() throws IOException, InterruptedException {
        lock.lock();
        try {
            end();
            worker = start();
        } finally {
            lock.unlock();
        }
    }

    /** Asks it to end, and waits until it has. */
    void end() throws IOException, InterruptedException {
        lock.lock();
        try {
            boolean wasReady = ready();
            run.say(name + ": SIGTERM");
            worker.process().terminate();
            int code = worker.process().exitCode();
            // One that is told to end while it still starts has nothing to bring to an end.
            if (code != 0 && (code != KILLED_BY_SIGTERM || wasReady)) {
                run.violated(name + " ended with exit code " + code + " on SIGTERM");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops it with SIGSTOP for so long, and wakes it again. */
    void freeze(Duration length) throws IOException, InterruptedException {
        lock.lock();
        try {
            run.say(name + ": SIGSTOP for " + length.toSeconds() + " s");
            signal("STOP");
            run.pause(length);
            signal("CONT");
            run.say(name + ": SIGCONT");
        } finally {
            lock.unlock();
        }
    }

    /** Something that may take a while. */
    @FunctionalInterface
    interface Deed {
        void run() throws IOException, InterruptedException;
    }

    /** Does something to it, and nobody else does anything meanwhile. */
    void alone(Deed deed) throws IOException, InterruptedException {
        lock.lock();
        try {
            deed.run();
        } finally {
            lock.unlock();
        }
    }

    /** Does something while it is stopped, if the connection from this port is its own; {@return whether it is} */
    boolean stopWhileSending(int localPort, Deed deed) throws IOException, InterruptedException {
        lock.lock();
        try {
            if (!Sockets.isOf(pid(), localPort)) {
                return false;
            }
            signal("STOP");
            try {
                deed.run();
            } finally {
                signal("CONT");
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        RealTools.run("kill", "-" + signal, Long.toString(pid()));
    }

    /** {@return how many daemons of its were killed} */
    long killDaemon() {
        lock.lock();
        try {
            return worker.process().handle().descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("/buildkitd"))
                    .filter(ProcessHandle::destroyForcibly)
                    .count();
        } finally {
            lock.unlock();
        }
    }

    /** Starts it again where it has ended by itself, as an orchestrator would. */
    void lookAfter() throws IOException, InterruptedException {
        if (lock.tryLock()) {
            try {
                if (!worker.process().handle().isAlive() && !run.isOver()) {
                    run.violated(name + " ended by itself with exit code " + worker.process().exitCode());
                    worker = start();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** {@return whether it says that it could take a request now} */
    boolean ready() throws InterruptedException {
        return get("/readyz").isPresent();
    }

    /** {@return how many builds it runs, empty where it does not say} */
    OptionalDouble running() throws InterruptedException {
        return metric(RUNNING);
    }

    /** {@return how many builds it has ended, empty where it does not say} */
    OptionalDouble ended() throws InterruptedException {
        return metric(BUILDS);
    }

    private OptionalDouble metric(Pattern pattern) throws InterruptedException {
        List<String> values = get("/metrics").stream()
                .flatMap(text -> pattern.matcher(text).results().map(found -> found.group(1)))
                .toList();
        return values.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(values.stream().mapToDouble(Double::parseDouble).sum());
    }

    /** A worker that is stopped takes a connection all the same, and answers nothing. */
    private Optional<String> get(String path) throws InterruptedException {
        try {
            var answer = http.send(HttpRequest.newBuilder(worker.http().resolve(path)).timeout(ANSWERS_WITHIN).build(),
                    BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** {@return the name of the control group that its daemon's steps run in} */
    String controlGroup() throws IOException {
        String toml = Files.readString(data().resolve("worker/1/buildkit/buildkitd.toml"));
        Matcher group = Pattern.compile("defaultCgroupParent = \"(\\S+)\"").matcher(toml);
        if (!group.find()) {
            throw new IOException("no control group in " + toml);
        }
        return group.group(1);
    }

    @Override
    public void close() {
        http.shutdownNow();
        worker.close();
    }
}
