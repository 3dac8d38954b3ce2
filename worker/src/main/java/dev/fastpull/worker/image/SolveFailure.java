package dev.fastpull.worker.image;

import static dev.fastpull.messages.FailureReason.BASE_IMAGE_NOT_FOUND;
import static dev.fastpull.messages.FailureReason.BASE_IMAGE_RATE_LIMITED;
import static dev.fastpull.messages.FailureReason.BASE_IMAGE_UNAVAILABLE;
import static dev.fastpull.messages.FailureReason.BUILDER_UNAVAILABLE;
import static dev.fastpull.messages.FailureReason.BUILD_STEP_FAILED;
import static dev.fastpull.messages.FailureReason.DISK_FULL;
import static dev.fastpull.messages.FailureReason.DOCKERFILE_INVALID;
import static dev.fastpull.messages.FailureReason.DOCKERFILE_NOT_FOUND;
import static dev.fastpull.messages.FailureReason.INTERNAL;
import static dev.fastpull.messages.FailureReason.NYDUS_CONVERSION_FAILED;
import static dev.fastpull.messages.FailureReason.PUSH_NOT_AUTHORIZED;
import static dev.fastpull.messages.FailureReason.REGISTRY_UNAVAILABLE;
import static dev.fastpull.messages.FailureReason.REPOSITORY_NOT_FOUND;
import static java.util.regex.Pattern.CASE_INSENSITIVE;
import static java.util.regex.Pattern.DOTALL;

import dev.fastpull.messages.FailureReason;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an error of buildctl means. buildctl exits with 1 for everything, so its words are all there is; those here are
 * the ones of BuildKit 0.32, as the real programs said them.
 */
final class SolveFailure {
    private record Rule(Pattern words, FailureReason reason) {
        Rule(String words, FailureReason reason) {
            this(Pattern.compile(words, CASE_INSENSITIVE | DOTALL), reason);
        }
    }

    private static final Pattern EXIT_CODE = Pattern.compile("did not complete successfully: exit code: (\\d+)");
    private static final Pattern PUSH = Pattern.compile("failed to push|pushing (layers|manifest)", CASE_INSENSITIVE);
    private static final Pattern BASE = Pattern.compile("failed to resolve source metadata for|pull access denied|"
            + "failed to copy: httpReadSeeker|failed to load cache key: .*(manifests|blobs)/",
            CASE_INSENSITIVE | DOTALL);

    private static final List<Rule> ANYWHERE = List.of(
            // First, as it quotes the command, which may have any words. What the step printed, Solver looks at.
            new Rule("did not complete successfully: exit code", BUILD_STEP_FAILED),
            // Not what a registry says of its own disk.
            new Rule("\\A(?!.*failed to push).*(no space left on device|disk quota exceeded)", DISK_FULL),
            new Rule("dockerfile parse error|the Dockerfile cannot be empty|target stage .* could not be found|"
                    + "failed to parse stage name|circular dependency|unknown instruction|no build stage in current context|"
                    + "base name \\(.*\\) should not be blank|invalid reference format|flag provided but not defined",
                    DOCKERFILE_INVALID),
            new Rule("failed to read dockerfile: .*no such file or directory", DOCKERFILE_NOT_FOUND),
            new Rule("merge nydus layer|failed to convert|mount callback failed .*closed pipe|nydus-image",
                    NYDUS_CONVERSION_FAILED));

    private static final List<Rule> OF_A_PUSH = List.of(
            new Rule("\\b(401|403)\\b|denied|unauthorized|authorization failed|insufficient_scope|forbidden",
                    PUSH_NOT_AUTHORIZED),
            new Rule("name_unknown|repository .*not (found|exist)|repository name not known", REPOSITORY_NOT_FOUND),
            new Rule("", REGISTRY_UNAVAILABLE));

    private static final List<Rule> OF_A_BASE = List.of(
            new Rule("\\b429\\b|too many requests|toomanyrequests", BASE_IMAGE_RATE_LIMITED),
            new Rule(
                    "not found|\\b(401|403|404)\\b|denied|unauthorized|authorization failed|insufficient_scope|no match for platform",
                    BASE_IMAGE_NOT_FOUND),
            new Rule("", BASE_IMAGE_UNAVAILABLE));

    private static final List<Rule> OTHERWISE = List.of(
            // BuildKit's own snapshots, gone after a full disk or a kill; nothing of the user's is missing.
            new Rule("snapshot .*does not exist|failed to stat active key|lease .*: not found", BUILDER_UNAVAILABLE),
            // The registry that is pushed to has given its credentials before the build, so it is a base image's.
            new Rule("error getting credentials", BASE_IMAGE_UNAVAILABLE),
            new Rule("failed to compute cache key|failed to calculate checksum|failed to load cache key|"
                    + "secret .* not found|secret .*: not found|ssh agent|failed to solve: .*not found",
                    BUILD_STEP_FAILED),
            new Rule("Unavailable|connection refused|error reading from server|listing workers|closing transport|"
                    + "context canceled|no active session|session .* closed", BUILDER_UNAVAILABLE));

    private SolveFailure() {}

    /** {@return the reason that buildctl's last error stands for} */
    static FailureReason reason(String error) {
        return first(ANYWHERE, error, first(PUSH.matcher(error).find() ? OF_A_PUSH : List.of(), error,
                first(BASE.matcher(error).find() ? OF_A_BASE : List.of(), error, first(OTHERWISE, error, INTERNAL))));
    }

    /** {@return the exit code of the RUN that failed, where the error is about one} */
    static OptionalInt exitCode(String error) {
        Matcher matcher = EXIT_CODE.matcher(error);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    private static FailureReason first(List<Rule> rules, String error, FailureReason otherwise) {
        return rules.stream()
                .filter(rule -> rule.words().matcher(error).find())
                .map(Rule::reason)
                .findFirst()
                .orElse(otherwise);
    }
}
