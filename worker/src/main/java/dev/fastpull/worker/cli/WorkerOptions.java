package dev.fastpull.worker.cli;

import dev.fastpull.messages.Destinations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code fastpull worker}, as they were written; {@link WorkerConfig#parse} makes sense of them. */
final class WorkerOptions {
    @Mixin
    BrokerOptions broker = new BrokerOptions();

    @Option(
            names = "--embedded-broker",
            paramLabel = "PORT",
            arity = "0..1",
            fallbackValue = "61616",
            description = "Run a broker in this process, on 127.0.0.1 only (default port: ${FALLBACK-VALUE}).")
    @Nullable
    String embeddedBroker;

    @Option(
            names = "--events",
            paramLabel = "NAME",
            defaultValue = Destinations.EVENTS,
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "Where completion events go: a queue, or topic:NAME. May be repeated (default:"
                    + " ${DEFAULT-VALUE}).")
    List<String> events = new ArrayList<>();

    @Option(
            names = "--slots",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many builds run at a time (default: ${DEFAULT-VALUE}).")
    String slots = "1";

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often a request is delivered before it fails (default: ${DEFAULT-VALUE}).")
    String maxAttempts = "5";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "How long a build may take that does not say (default: ${DEFAULT-VALUE}).")
    String timeout = "1h";

    @Option(
            names = "--phase-timeout",
            paramLabel = "PHASE=DURATION",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "How long one phase may take. May be repeated (default: fetch=15m unpack=15m build-nydus=30m"
                    + " verify=15m; build-oci has what the build has).")
    List<String> phaseTimeouts = new ArrayList<>();

    @Option(
            names = "--exit-after-builds",
            paramLabel = "N",
            description = "End with exit code 0 once so many requests have ended (default: never).")
    @Nullable
    String exitAfterBuilds;

    @Option(
            names = "--exit-after-idle",
            paramLabel = "DURATION",
            description = "End with exit code 0 once no request has come for so long (default: never).")
    @Nullable
    String exitAfterIdle;

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "On SIGTERM, how long running builds may take before they are handed back (default:"
                    + " ${DEFAULT-VALUE}).")
    String grace = "30s";

    @Option(
            names = "--context-allow",
            paramLabel = "URL_PREFIX",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "Fetch contexts below this prefix, whatever its scheme and address. May be repeated"
                    + " (default: https from public addresses only).")
    List<String> contextAllow = new ArrayList<>();

    @Option(
            names = "--context-folder",
            paramLabel = "DIR",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "Take contexts by file: URL from below this folder. May be repeated.")
    List<String> contextFolders = new ArrayList<>();

    @Option(
            names = "--context-credentials",
            paramLabel = "DIR",
            description = "The folder with headers and passwords for contexts, one NAME.properties each.")
    @Nullable
    String contextCredentials;

    @Option(
            names = "--context-ca",
            paramLabel = "FILE",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "Trust the certificate authorities in this PEM file for contexts too. May be repeated.")
    List<String> contextCas = new ArrayList<>();

    @Option(
            names = "--secrets",
            paramLabel = "DIR",
            description = "The folder with the secrets that requests may name, one file each.")
    @Nullable
    String secrets;

    @Mixin
    RegistryOptions registries = new RegistryOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "/var/lib/fastpull",
            description = "Where cache and queue are kept (default: ${DEFAULT-VALUE}).")
    String data = "/var/lib/fastpull";

    @Option(
            names = "--cache-size",
            paramLabel = "SIZE",
            description = "How large the build cache may grow: 20GiB, or 10%% of the disk (default: 25%%, and 50GiB at"
                    + " most).")
    @Nullable
    String cacheSize;

    @Option(
            names = "--min-free",
            paramLabel = "SIZE",
            description = "Take no request while less of the disk is free; with little more, the cache is pruned"
                    + " (default: 5%%, and 5GiB at most).")
    @Nullable
    String minFree;

    @Option(
            names = "--http",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:9464",
            description = "Where /metrics, /livez and /readyz are served; port 0 for any that is free (default:"
                    + " ${DEFAULT-VALUE}).")
    String http = "127.0.0.1:9464";

    WorkerOptions() {}
}
