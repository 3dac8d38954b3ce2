package dev.fastpull.worker.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes an option that is not on the command line from its variable: {@code --max-attempts} from
 * {@code FASTPULL_MAX_ATTEMPTS}. All options of {@code fastpull worker} have one, and those of the other commands that say
 * something of the machine rather than of the build.
 *
 * @param environment the environment
 */
record EnvironmentDefaults(Map<String, String> environment) implements IDefaultValueProvider {
    /** Parts the values of an option in its variable, where spaces do; on a command line nobody can type it. */
    static final String SEPARATOR = "\u001f";

    private static final Set<String> OF_THE_MACHINE = Set.of("--broker", "--broker-user", "--broker-password-file",
            "--queue", "--data", "--cache-size", "--insecure-registry", "--registry-ca", "--registry-mirror");

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return null;
        }
        String name = option.longestName();
        if (!argument.command().name().equals("worker") && !OF_THE_MACHINE.contains(name)) {
            return null;
        }
        String value = environment.getOrDefault(variable(name), "").strip();
        if (value.isEmpty()) {
            return null;
        }
        return option.isMultiValue() ? value.replaceAll("\\s+", SEPARATOR) : value;
    }

    /** {@return the variable of an option} */
    static String variable(String option) {
        return "FASTPULL_" + option.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
