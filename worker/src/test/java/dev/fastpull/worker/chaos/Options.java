package dev.fastpull.worker.chaos;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said of a run. */
final class Options {
    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many requests (default: ${DEFAULT-VALUE}).")
    int requests;

    @Option(
            names = "--workers",
            paramLabel = "W",
            defaultValue = "3",
            description = "How many workers (default: ${DEFAULT-VALUE}).")
    int workers;

    @Option(names = "--seed", paramLabel = "S", description = "Where all chance comes from (default: the time).")
    @Nullable
    Long seed;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "25",
            description = "Sends no more requests after so many minutes, and gives up five later (default: ${DEFAULT-VALUE}).")
    int minutes;

    @Option(
            names = "--fake-buildctl",
            description = "Builds nothing, so that there can be many requests. Such a run counts for the queue alone.")
    boolean fakeBuildctl;

    @Option(
            names = "--only",
            paramLabel = "FAULT",
            split = ",",
            description = "Faults of these kinds alone, and ten times as many: ${COMPLETION-CANDIDATES}.")
    Set<FaultKind> only = EnumSet.noneOf(FaultKind.class);

    @Option(names = "--no-faults", description = "Breaks nothing, to see how long the requests take.")
    boolean noFaults;

    @Option(
            names = "--sabotage",
            paramLabel = "WHAT",
            description = "Turns a protection of the workers off: ${COMPLETION-CANDIDATES}. The run must fail then.")
    Set<Sabotage> sabotage = EnumSet.noneOf(Sabotage.class);

    @Option(
            names = "--work",
            paramLabel = "DIR",
            required = true,
            description = "Where everything has its folder; to be deleted afterwards.")
    Path work = Path.of(".");

    @Option(names = "--report", paramLabel = "DIR", required = true, description = "Where report and logs go.")
    Path report = Path.of(".");

    Options() {}
}
