package dev.fastpull.worker.cli;

import dev.fastpull.worker.BuildException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code fastpull}. */
@Command(
        name = "fastpull",
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        customSynopsis = {"fastpull COMMAND [OPTIONS]", "       fastpull IMAGE[:TAG]"},
        description = {
                "Builds container images as a pair: the normal OCI image, and a Nydus image that starts lazily.%n",
                "With an image's name alone it builds /workspace, or what CONTEXT_PATH names, with the Dockerfile that"
                        + " DOCKERFILE names.%n"},
        optionListHeading = "Options:%n",
        commandListHeading = "%nCommands (fastpull COMMAND --help tells more):%n",
        footer = {
                "", "Exit codes: 0 success; 1 the build failed; 2 wrong usage or request rejected;",
                "3 infrastructure (broker, registry, builder); 4 canceled; 130 interrupted."})
public final class Main implements Runnable {
    private static final int HELP_WIDTH = 100;

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
        return commandLine(environment)
                .execute(OneShot.isImage(arguments) ? OneShot.arguments(arguments, environment) : arguments);
    }

    /** {@return the command with its subcommands} */
    static CommandLine commandLine(Map<String, String> environment) {
        var commandLine = new CommandLine(new Main())
                .addSubcommand(new DemoCommand(environment))
                .addSubcommand(new BuildCommand(environment))
                .addSubcommand(new WorkerCommand(environment))
                .addSubcommand(new SubmitCommand(environment))
                .addSubcommand(new CancelCommand(environment))
                .addSubcommand(new ToolchainCommand(environment))
                .addSubcommand(new HelpCommand())
                .setUsageHelpWidth(HELP_WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setExecutionStrategy(Main::checkAndRun)
                .setExecutionExceptionHandler((e, command, _) -> failed(e, command));
        commandLine.getSubcommands().values().forEach(Main::addHelp);
        collectErrors(commandLine);
        return commandLine;
    }

    private static void addHelp(CommandLine command) {
        if (command.getCommandSpec().findOption("--help") == null) {
            command.getCommandSpec().addOption(OptionSpec.builder("-h", "--help").usageHelp(true)
                    .description("Show this and exit.").build());
        }
    }

    private static void collectErrors(CommandLine command) {
        command.getCommandSpec().parser().collectErrors(true);
        command.getSubcommands().values().forEach(Main::collectErrors);
    }

    /** Tells all that is wrong at once, what picocli found and what the command finds; only where nothing is, runs it. */
    private static int checkAndRun(ParseResult parsed) {
        ParseResult last = parsed;
        var mistakes = new Mistakes();
        for (ParseResult each : parsed.asCommandLineList().stream().map(CommandLine::getParseResult).toList()) {
            each.errors().forEach(error -> mistakes.add(sentence(error)));
            last = each;
        }
        CommandLine command = last.commandSpec().commandLine();
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        if (last.commandSpec().userObject() instanceof Checked checked) {
            checked.check(mistakes);
        }
        List<String> found = mistakes.all();
        if (!found.isEmpty()) {
            found.forEach(mistake -> command.getErr().println("fastpull: " + mistake));
            command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
            return ExitCode.USAGE;
        }
        return new RunLast().execute(parsed);
    }

    private static String sentence(Exception error) {
        if (!(error instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(error.getMessage());
        }
        // An option is what it is up to its value.
        String word = unmatched.getUnmatched().getFirst().replaceFirst("=.*", "");
        CommandLine command = unmatched.getCommandLine();
        boolean option = word.startsWith("-");
        Collection<String> known = option
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        String meant = DidYouMean.of(word, known).map(nearest -> ", did you mean " + nearest + "?").orElse("");
        return option || command.getParent() != null ? error.getMessage() + meant : "unknown command " + word + meant;
    }

    /** What a user can cause or a machine can lack is one sentence; a stack trace means a defect. */
    private static int failed(Exception e, CommandLine command) throws Exception {
        String sentence = switch (e) {
            case UsageException usage -> usage.getMessage();
            case FileSystemException file -> "the file or folder " + file.getFile() + " cannot be used: "
                    + (file.getReason() == null ? file.getClass().getSimpleName() : file.getReason());
            case IOException io -> io.getMessage();
            case BuildException build -> build.getMessage();
            default -> throw e;
        };
        command.getErr().println("fastpull: " + sentence);
        return e instanceof UsageException ? ExitCode.USAGE : ExitCode.INFRASTRUCTURE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: one of "
                + String.join(", ", spec.subcommands().keySet()) + ", or the image to build from " + OneShot.CONTEXT
                + ".");
    }
}
