package dev.fastpull.worker.cli;

import dev.fastpull.worker.image.Toolchain;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code fastpull toolchain}, as it is listed in the help. The launcher runs {@code worker/toolchain/build} for it
 * before there is a Java program to ask; what arrives here is a call without the launcher.
 */
@Command(
        name = "toolchain",
        header = "Builds what is missing of the native programs, and prints where they are.%n",
        customSynopsis = "fastpull toolchain [-o text|json]")
final class ToolchainCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    ToolchainCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        for (Toolchain.Program program : ToolchainLocation.required(environment).programs()) {
            System.out.printf("%-12s %-10s %s%n", program.name(), program.version(), program.path());
        }
        return ExitCode.SUCCESS;
    }
}
