package dev.fastpull.worker.chaos;

import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.testing.LocalRegistry;
import dev.fastpull.worker.testing.RealTools;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * One run: it starts the cast, sends the requests while the plan's faults happen, waits until all have ended, has the
 * workers end, and looks at everything. {@code bench/chaos/run} starts it where nothing that it leaves can stay.
 */
@Command(name = "run", sortOptions = false, mixinStandardHelpOptions = true)
final class ChaosRun implements Callable<Integer> {
    /** A build takes some seconds and the slowest fault half a minute, so by then nothing more will come. */
    private static final double SILENCE_LIMIT_SECONDS = 100;
    private static final double MORE_SECONDS = 300;
    private static final int SMALL_DISK_MIB = 1024;
    private static final int WINDOW_PER_WORKER = 6;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    /** As long as a worker that was woken late may need to notice. */
    private static final Duration SECOND_EVENTS_COME_WITHIN = Duration.ofSeconds(5);
    private static final Duration NOTHING_RUNS_AFTER = Duration.ofSeconds(20);

    @Mixin
    private Options options = new Options();

    private final Run run = new Run();

    /** Runs it, and exits with 1 where a promise was broken. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ChaosRun()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        long seed = options.seed == null ? System.currentTimeMillis() : options.seed;
        String title = title(seed);
        System.out.println("seed " + seed);
        System.out.println("again: " + title);
        Report report = report(title, new Random(seed));
        report.write(options.report);
        System.out.println("report: " + options.report.resolve("report.md"));
        System.out.println(report.verdict());
        return report.violations().isEmpty() ? 0 : 1;
    }

    private String title(long seed) {
        var title = new StringBuilder("bench/chaos/run --requests " + options.requests + " --workers "
                + options.workers + " --seed " + seed);
        title.append(options.fakeBuildctl ? " --fake-buildctl" : "").append(options.noFaults ? " --no-faults" : "");
        options.only.forEach(kind -> title.append(" --only ").append(kind.name().toLowerCase(Locale.ROOT)));
        options.sabotage.forEach(what -> title.append(" --sabotage ").append(what.name().toLowerCase(Locale.ROOT)));
        return title.toString();
    }

    private Report report(String title, Random random) throws Exception {
        Files.createDirectories(options.report);
        Toolchain toolchain = RealTools.toolchain();
        Path data = options.work.resolve("workers");
        List<Path> sabotaged = Sabotage.compile(options.sabotage, options.work.resolve("sabotage"));
        Toolchain programs = options.fakeBuildctl
                ? FakeBuildctl.in(options.work.resolve("toolchain"), toolchain)
                : toolchain;
        List<Member> members = new ArrayList<>();
        try (var registry = LocalRegistry.start(toolchain, options.work.resolve("registry"));
                var before = FaultyRegistry.before(port(registry));
                var broker = new Broker(options.work.resolve("broker"));
                var disk = new SmallDisk(data.resolve("worker-0"), SMALL_DISK_MIB)) {
            var events = new EventLog(broker, run);
            Path contexts = options.work.resolve("contexts");
            List<Sent> requests = new Requests(random, before.host(), contexts,
                    options.fakeBuildctl ? VerifyLevel.NONE : VerifyLevel.CONTENT).draw(options.requests);
            var plan = options.noFaults
                    ? new FaultPlan(List.of())
                    : FaultPlan.draw(random, options.requests, options.workers,
                            options.only.isEmpty() ? EnumSet.allOf(FaultKind.class) : options.only);
            var setup = new Member.Setup(programs, broker.urlForWorkers(), data, options.report, sabotaged,
                    List.of("--context-folder", contexts.toString(), "--grace", "PT20S"));
            for (int i = 0; i < options.workers; i++) {
                members.add(new Member("worker-" + i, setup, run));
            }
            var sender = new Sender(broker, events, run, random, WINDOW_PER_WORKER * options.workers);
            var faults = new Faults(plan, run, events, members, broker, before, disk);
            var watch = new IdleWatch(members, run, sender::outstanding);
            List<Sent> sent = work(requests, sender, events, faults);
            watch.finish();
            end(members);
            events.finish();
            Files.write(options.report.resolve("events"), events.all().stream().map(Heard::toString).toList());
            Files.write(options.report.resolve("moves"), before.moves().stream().map(Object::toString).toList());
            int pairs = check(members, sent, events, broker, registry, before);
            return new Report(title, new HashSet<>(sent).size(), sent.size(), events.all(), pairs, watch.longestIdle(),
                    run.seconds(), faults.done(), before.struck(), run.violations());
        } finally {
            Files.copy(options.work.resolve("broker/log"), options.report.resolve("broker.log"));
            run.end();
            members.forEach(Member::close);
        }
    }

    private static int port(LocalRegistry registry) {
        return Integer.parseInt(registry.host().substring(registry.host().indexOf(':') + 1));
    }

    private List<Sent> work(List<Sent> requests, Sender sender, EventLog events, Faults faults)
            throws InterruptedException {
        Thread breaking = Thread.startVirtualThread(() -> {
            try {
                faults.inject();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Thread telling = Thread.startVirtualThread(() -> tell(sender, events));
        double until = options.minutes * 60.0;
        List<Sent> sent = sender.send(requests, until);
        if (sent.stream().distinct().count() < requests.size()) {
            run.violated("the time was up when " + sent.size() + " messages had been sent");
        }
        double faultsOverAt = Double.MAX_VALUE;
        while (sender.outstanding() > 0 || breaking.isAlive()) {
            run.pause(LOOK_AGAIN);
            faultsOverAt = breaking.isAlive() ? Double.MAX_VALUE : Math.min(faultsOverAt, run.seconds());
            boolean silent = Math.min(events.silence(), run.seconds() - faultsOverAt) > SILENCE_LIMIT_SECONDS;
            if (silent || run.seconds() > until + MORE_SECONDS || run.isOver()) {
                run.violated(sender.outstanding() + " messages have not ended, and nothing has for "
                        + Math.round(events.silence()) + " s");
                break;
            }
        }
        run.say("all that will end has ended: " + events.count() + " events");
        run.pause(SECOND_EVENTS_COME_WITHIN);
        telling.interrupt();
        return sent;
    }

    private void tell(Sender sender, EventLog events) {
        try {
            while (!run.isOver() && !Thread.currentThread().isInterrupted()) {
                run.pause(Duration.ofSeconds(10));
                run.say(sender.sent() + " messages sent, " + events.count() + " events, " + sender.outstanding()
                        + " to come");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(List<Member> members) throws IOException, InterruptedException {
        for (Member member : members) {
            double since = run.seconds();
            while (member.running().orElse(1) != 0) {
                run.pause(LOOK_AGAIN);
                if (run.seconds() - since > NOTHING_RUNS_AFTER.toSeconds()) {
                    run.violated("RUNNING: " + member.name() + " still builds, or does not answer");
                    break;
                }
            }
        }
        run.say("the workers are told to end");
        for (Member member : members) {
            member.end();
        }
    }

    private int check(List<Member> members, List<Sent> sent, EventLog events, Broker broker, LocalRegistry registry,
            FaultyRegistry before) throws IOException, InterruptedException, JMSException {
        List<Heard> heard = events.all();
        new EventChecks(sent, heard, run).check();
        Map<String, String> tags = new RealRegistry(registry.host()).tags(Requests.REPOSITORY);
        int pairs = new TagChecks(tags, before.moves(), heard, run).check();
        var leftovers = new LeftoverChecks(run);
        for (Member member : members) {
            leftovers.worker(member);
        }
        leftovers.queues(broker, sent, heard);
        return pairs;
    }
}
