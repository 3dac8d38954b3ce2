package dev.fastpull.worker.cli;

import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code fastpull}. */
@Command(
        name = "fastpull",
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        subcommands = {
                DemoCommand.class, BuildCommand.class, WorkerCommand.class, SubmitCommand.class,
                ToolchainCommand.class},
        description = "Builds container images as a pair: the normal OCI image, and a Nydus image that starts lazily.",
        footer = {
                "", "Exit codes: 0 success; 1 the build failed; 2 wrong usage or request rejected;",
                "3 infrastructure (broker, registry, builder); 4 canceled."})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv()));
    }

    /** {@return the exit code of the command with these arguments} */
    static int run(String[] arguments, Map<String, String> environment) {
        if (arguments.length > 0 && !arguments[0].equals("worker")) {
            // On a terminal the command's own output is the news; the log is for what goes wrong.
            System.setProperty("fastpull.log.level", "WARN");
        }
        var commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((e, command, _) -> {
            if (e instanceof UsageException) {
                command.getErr().println("fastpull: " + e.getMessage());
                return ExitCode.USAGE;
            }
            throw e;
        });
        return commandLine.execute(OneShot.isImage(arguments) ? OneShot.arguments(arguments, environment) : arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: one of "
                + String.join(", ", spec.subcommands().keySet()) + ", or the image to build from "
                + Arrays.toString(OneShot.CONTEXTS) + ".");
    }
}
