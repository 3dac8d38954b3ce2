package dev.fastpull.worker.image;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.disk.Volume;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sentences that tell a person what is wrong with a build and what to do. */
final class SolveFailureMessage {
    /** Steps and last words longer than this are cut; the event has both in full. */
    private static final int MAX_QUOTE = 160;
    private static final Pattern MISSING_FILE = Pattern
            .compile("failed to calculate checksum of ref \\S+: (\".*\"): not found");
    private static final Pattern BASE = Pattern.compile("failed to resolve source metadata for (\\S+): (.*)",
            Pattern.DOTALL);
    private static final String HELPER = "error getting credentials - err: ";
    /** What a credential helper printed before it failed, which may be anything. */
    private static final Pattern HELPERS_OUTPUT = Pattern.compile(", out: `.*`", Pattern.DOTALL);
    private static final Pattern LINE = Pattern.compile("dockerfile parse error on (line \\d+): (.*)", Pattern.DOTALL);
    /** A registry may redirect to a presigned URL, whose query is a secret, and Go's errors quote URLs whole. */
    private static final Pattern URL_SECRETS = Pattern
            .compile("(https?://)(?:[^\\s\"/@]*@)?([^\\s\"?#]*)(?:[?#][^\\s\"]*)?");

    private SolveFailureMessage() {}

    /**
     * {@return the message}
     *
     * @param reason why the solve failed
     * @param error buildctl's own words
     * @param spec what was to be built
     * @param step the step that failed; null where it was none
     * @param lastLine the last line that it printed; null where it printed nothing
     * @param cause what buildkitd's log says of a failed conversion
     * @param volume where the daemon writes; empty where that is not known
     */
    static String of(FailureReason reason, String error, SolveSpec spec, @Nullable String step,
            @Nullable String lastLine, Optional<String> cause, Optional<Volume> volume) {
        String words = words(error);
        return switch (reason) {
            case BUILD_STEP_FAILED -> step(words, step, lastLine);
            case DOCKERFILE_NOT_FOUND -> "Dockerfile not found: the context has no file " + spec.dockerfile()
                    + ". Its name is relative to the context (field \"dockerfile\" of the request, option --file).";
            case DOCKERFILE_INVALID -> dockerfile(words, spec.dockerfile());
            case BASE_IMAGE_NOT_FOUND -> base(words,
                    "The base image%s does not exist, or the worker's credentials may not read it: %s. Check its name"
                            + " and tag in FROM, or have the worker logged in to its registry (docker login).");
            case BASE_IMAGE_RATE_LIMITED -> base(words,
                    "The registry of the base image%s allows no more pulls for now: %s. Try again later, have the"
                            + " worker logged in to it (docker login), or give it a mirror with --registry-mirror.");
            case BASE_IMAGE_UNAVAILABLE -> words.startsWith(HELPER)
                    ? "The worker's credentials for a base image's registry cannot be had. Have its operator check"
                            + " the credential helper that Docker's config.json names: "
                            + words.substring(HELPER.length())
                    : base(words,
                            "The registry of the base image%s does not answer: %s. Try again later; if it has moved or is"
                                    + " unreachable for the worker, give it a mirror with --registry-mirror.");
            case PUSH_NOT_AUTHORIZED -> "The registry refuses the push to " + spec.image().name()
                    + ". Check the credentials (docker login " + spec.image().registry() + "): " + words;
            case REPOSITORY_NOT_FOUND ->
                "The repository " + spec.image().name() + " does not exist. Create it first: " + words;
            case REGISTRY_UNAVAILABLE -> "The registry " + spec.image().registry()
                    + " did not take the image. Try again when it is back: " + words;
            case BUILDER_UNAVAILABLE -> "buildkitd stopped answering in mid-build: " + words;
            case DISK_FULL -> "The worker's disk is full" + volume.map(full -> " (" + full.name() + ")").orElse("")
                    + ". "
                    + fullDisk(words, step, lastLine, cause)
                    + " Try again later; where that does not help, the build needs more space than this worker has.";
            case NYDUS_CONVERSION_FAILED -> "nydus-image could not convert the image: " + cause.orElse(words)
                    + ". Nothing was published. A hard link to a symbolic link is a known cause; with formats"
                    + " [\"oci\"] the image can be built alone.";
            default -> step == null ? words : quoted(step) + ": " + words;
        };
    }

    private static String words(String error) {
        String said = error.replaceFirst("^failed to solve: ", "").replaceFirst("rpc error: code = \\w+ desc = ", "");
        return URL_SECRETS.matcher(HELPERS_OUTPUT.matcher(said).replaceFirst("")).replaceAll("$1$2");
    }

    private static String fullDisk(String words, @Nullable String step, @Nullable String lastLine,
            Optional<String> cause) {
        if (SolveFailure.exitCode(words).isPresent()) {
            return step(words, step, lastLine);
        }
        return cause.orElse(step == null ? words : quoted(step) + ": " + words) + ".";
    }

    private static String step(String words, @Nullable String step, @Nullable String lastLine) {
        String name = step == null ? "a step" : quoted(step);
        var exitCode = SolveFailure.exitCode(words);
        if (exitCode.isPresent()) {
            return "The command of " + name + " ended with exit code " + exitCode.getAsInt()
                    + (exitCode.getAsInt() == 137 ? " (it was killed, as is done where memory runs out)" : "")
                    + (lastLine == null ? " and printed nothing." : ". Its last line: " + quoted(lastLine));
        }
        Matcher missing = MISSING_FILE.matcher(words);
        if (missing.find()) {
            return name + " fails: there is no " + missing.group(1) + (name.contains("--from=")
                    ? " in what --from names."
                    : " in the context. Paths are relative to the context, and .dockerignore may leave files out.");
        }
        return name + " fails: " + words;
    }

    private static String dockerfile(String words, String name) {
        Matcher line = LINE.matcher(words);
        return line.find()
                ? "The Dockerfile has a mistake (" + name + ", " + line.group(1) + "): " + line.group(2)
                : "The Dockerfile (" + name + ") cannot be built: " + words;
    }

    private static String base(String words, String sentence) {
        Matcher base = BASE.matcher(words);
        return base.find()
                ? sentence.formatted(" " + base.group(1), base.group(2).replace(base.group(1) + ": ", ""))
                : sentence.formatted("", words);
    }

    private static String quoted(String text) {
        String line = text.lines().findFirst().orElse("");
        boolean whole = line.length() == text.length() && line.length() <= MAX_QUOTE;
        return whole ? line : line.substring(0, Math.min(MAX_QUOTE, line.length())) + "…";
    }
}
