package dev.fastpull.worker.cli;

import picocli.CommandLine.Option;

/** {@code --help}, the last option of every command. */
final class HelpOption {
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit.")
    private boolean help;

    HelpOption() {}
}
