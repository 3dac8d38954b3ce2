package dev.fastpull.worker.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.Destinations;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.disk.DiskSizes;
import dev.fastpull.worker.disk.Size;
import dev.fastpull.worker.event.EventDestination;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.queue.BrokerAccess;
import dev.fastpull.worker.queue.Credentials;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class WorkerConfigTest {
    @TempDir
    Path folder;

    private final Mistakes mistakes = new Mistakes();

    private static CommandLine worker(Map<String, String> environment) {
        return requireNonNull(Main.commandLine(environment).getSubcommands().get("worker"));
    }

    private WorkerConfig config(Map<String, String> environment, String... arguments) {
        CommandLine fastpull = Main.commandLine(environment);
        fastpull.parseArgs(Stream.concat(Stream.of("worker"), Stream.of(arguments)).toArray(String[]::new));
        CommandLine worker = requireNonNull(fastpull.getSubcommands().get("worker"));
        var options = (WorkerOptions) worker.getCommandSpec().mixins().values().stream()
                .map(mixin -> mixin.userObject()).filter(WorkerOptions.class::isInstance).findFirst().orElseThrow();
        return WorkerConfig.parse(options, environment, mistakes);
    }

    @Test
    void whatIsNotSaidHasADefault() {
        WorkerConfig config = config(Map.of(), "--broker", "tcp://b:61616");
        assertThat(mistakes.all()).isEmpty();
        assertThat(config.brokers().urls()).containsExactly(URI.create("tcp://b:61616"));
        assertThat(config.embeddedPort()).isNull();
        assertThat(config.access()).isEqualTo(new BrokerAccess(null, null));
        assertThat(config.queue()).isEqualTo(Destinations.REQUESTS);
        assertThat(config.events()).containsExactly(new EventDestination(Destinations.EVENTS, false));
        assertThat(config.slots()).isEqualTo(1);
        assertThat(config.maxAttempts()).isEqualTo(5);
        assertThat(config.secrets()).isNull();
        assertThat(config.data()).isEqualTo(Path.of("/var/lib/fastpull"));
        assertThat(config.disk()).isEqualTo(DiskSizes.DEFAULT);
        assertThat(config.http()).isEqualTo(InetSocketAddress.createUnresolved("127.0.0.1", 9464));
        assertThat(config.grace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.limits()).isEqualTo(TimeLimits.usual(Duration.ofHours(1)));
        assertThat(config.exit()).isEqualTo(ExitRule.NEVER);
    }

    @Test
    void everyOptionHasAVariable() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "hunter2\n");
        Map<String, String> environment = new HashMap<>(Map.of("FASTPULL_BROKER", "tcp://a:1 tcp://b:2",
                "FASTPULL_BROKER_USER", "bob", "FASTPULL_BROKER_PASSWORD_FILE", password.toString(), "FASTPULL_QUEUE",
                "q", "FASTPULL_EVENTS", "e topic:t", "FASTPULL_SLOTS", "3", "FASTPULL_MAX_ATTEMPTS", "9",
                "FASTPULL_TIMEOUT", "5m", "FASTPULL_GRACE", "0s", "FASTPULL_HTTP", "[::1]:0"));
        environment.put("FASTPULL_MIN_FREE", "7%");
        environment.putAll(Map.of("FASTPULL_CONTEXT_ALLOW", "http://a/ http://b/", "FASTPULL_CONTEXT_FOLDER",
                folder.toString(), "FASTPULL_CONTEXT_CREDENTIALS", folder.toString(), "FASTPULL_SECRETS",
                folder.toString(), "FASTPULL_DATA", "/d", "FASTPULL_CACHE_SIZE", "2",
                "FASTPULL_INSECURE_REGISTRY",
                "r1:5000 r2", "FASTPULL_REGISTRY_MIRROR", "docker.io=m:5000"));
        environment.putAll(Map.of("FASTPULL_PHASE_TIMEOUT", "fetch=2m build-oci=3h", "FASTPULL_EXIT_AFTER_BUILDS", "1",
                "FASTPULL_EXIT_AFTER_IDLE", "10m"));
        WorkerConfig config = config(environment);
        assertThat(mistakes.all()).isEmpty();
        assertThat(config.brokers().urls()).containsExactly(URI.create("tcp://a:1"), URI.create("tcp://b:2"));
        assertThat(config.access().credentials()).isEqualTo(new Credentials("bob", "hunter2"));
        assertThat(config.queue()).isEqualTo("q");
        assertThat(config.events()).containsExactly(new EventDestination("e", false), new EventDestination("t", true));
        assertThat(config.slots()).isEqualTo(3);
        assertThat(config.maxAttempts()).isEqualTo(9);
        assertThat(config.limits().build()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.limits().phases()).containsEntry(Phase.FETCH, Duration.ofMinutes(2))
                .containsEntry(Phase.BUILD_OCI, Duration.ofHours(3)).containsEntry(Phase.VERIFY, Duration.ofMinutes(15))
                .doesNotContainKey(Phase.PUBLISH);
        assertThat(config.exit()).isEqualTo(new ExitRule(1, Duration.ofMinutes(10)));
        assertThat(config.grace()).isZero();
        assertThat(config.http()).isEqualTo(InetSocketAddress.createUnresolved("[::1]", 0));
        assertThat(config.contexts().allowed()).hasSize(2);
        assertThat(config.contexts().folders()).containsExactly(folder);
        assertThat(config.contexts().credentials()).isEqualTo(folder);
        assertThat(config.secrets()).isEqualTo(folder);
        assertThat(config.data()).isEqualTo(Path.of("/d"));
        assertThat(config.disk()).isEqualTo(new DiskSizes(Size.parse("7%"), Size.parse("2GiB")));
        assertThat(config.registries().plainHttpHosts()).containsExactly("r1:5000", "r2");
        assertThat(config.registries().mirrors()).containsOnlyKeys("docker.io");
    }

    @Test
    void theCommandLineComesBeforeTheVariableAndAFileOfArgumentsIsRead() throws Exception {
        Path arguments = Files.writeString(folder.resolve("arguments"), "--broker tcp://c:3\n--slots\n4\n");
        WorkerConfig config = config(Map.of("FASTPULL_SLOTS", "2", "FASTPULL_BROKER", "tcp://a:1"), "@" + arguments);
        assertThat(mistakes.all()).isEmpty();
        assertThat(config.slots()).isEqualTo(4);
        assertThat(config.brokers().urls()).containsExactly(URI.create("tcp://c:3"));
    }

    @Test
    void everyMistakeIsFoundAtOnceAndNoneTellsASecret() {
        config(Map.of("FASTPULL_SLOTS", "none", "FASTPULL_BROKER_PASSWORD", "hunter2"), "--broker",
                "http://bob:hunter2@b:1?x=hunter2", "--embedded-broker", "--max-attempts", "0", "--events", "a,b",
                "--queue", "a>", "--context-allow", "http://bob:hunter2@c/?hunter2", "--context-folder",
                folder + "/none", "--context-credentials", folder + "/none", "--context-ca", folder + "/none",
                "--secrets", folder + "/none", "--cache-size", "1.5", "--min-free", "101%", "--http", "9464", "--grace",
                "later", "--timeout",
                "0s", "--insecure-registry", "http://r", "--registry-ca", folder + "/none", "--registry-mirror", "m",
                "--broker-password-file", folder + "/none", "--broker-ca", folder + "/none", "--phase-timeout",
                "push=1m", "--phase-timeout", "publish=1m", "--phase-timeout", "verify=0s", "--exit-after-builds", "0",
                "--exit-after-idle", "-1s");
        assertThat(mistakes.all()).extracting(mistake -> mistake.split("[ :]", 2)[0]).contains("Both", "--broker",
                "--broker-password-file", "--broker-ca", "--queue", "--events", "--slots", "--max-attempts",
                "--context-allow", "--context-folder", "--context-credentials", "--context-ca", "--secrets",
                "--cache-size", "--min-free", "--http", "--grace", "--timeout", "--phase-timeout",
                "--exit-after-builds", "--exit-after-idle", "--insecure-registry", "--registry-mirror", "There");
        assertThat(mistakes.all()).hasSize(27).noneMatch(mistake -> mistake.contains("hunter2"));
    }

    /** So that nobody forgets it: the README's table names every option with its variable. */
    @Test
    void theReadmeHasThemAll() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        List<String> missing = new ArrayList<>();
        for (OptionSpec option : worker(Map.of()).getCommandSpec().options()) {
            String name = option.longestName();
            if (!option.usageHelp() && !(readme.contains("`" + name)
                    && readme.contains("`" + EnvironmentDefaults.variable(name) + "`"))) {
                missing.add(name);
            }
        }
        assertThat(missing).isEmpty();
    }
}
