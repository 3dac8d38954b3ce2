package dev.fastpull.worker.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.worker.image.SolveListener.StepState;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What buildctl says while it builds: on every line of its standard error one JSON object, BuildKit's {@code SolveStatus}
 * (github.com/moby/buildkit, client/graph.go), and at the end, where it failed, a line that begins with {@code error:}.
 * Used by one thread.
 */
final class SolveProgress {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ERROR = "error: ";
    /** A step of the Dockerfile, as in {@code [2/3] RUN make} or {@code [build 2/3] RUN make}. */
    private static final Pattern STEP = Pattern.compile("\\[(?:\\S+ +)?\\d+/\\d+] .*", Pattern.DOTALL);
    private static final Pattern FROM = Pattern.compile(".*] FROM (\\S+@sha256:[0-9a-f]{64}).*", Pattern.DOTALL);

    private final SolveListener listener;
    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final SortedSet<String> bases = new TreeSet<>();
    private @Nullable Step failed;
    private @Nullable Step lastToSpeak;
    private @Nullable String error;

    SolveProgress(SolveListener listener) {
        this.listener = listener;
    }

    /** Takes the next line of buildctl's standard error. */
    void accept(String line) {
        if (!line.startsWith("{")) {
            acceptText(line);
            return;
        }
        try {
            JsonNode status = JSON.readTree(line);
            status.path("vertexes").forEach(this::acceptVertex);
            status.path("logs").forEach(this::acceptLog);
        } catch (JsonProcessingException _) {
            acceptText(line);
        }
    }

    /** Takes it that there is no more to come: what a step has printed of a line is its last line. */
    void finish() {
        steps.forEach((id, step) -> {
            if (!step.partial.isEmpty()) {
                step.tail.append(step.partial);
                listener.log(id, step.name, step.partial);
                step.partial = "";
            }
        });
    }

    /** {@return the error that ended the build, without the word; empty where it said none} */
    Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /** {@return the name of the step that failed} */
    Optional<String> failedStep() {
        return Optional.ofNullable(failed).filter(Step::ofDockerfile).map(step -> step.name);
    }

    /** {@return the end of what the failed step printed, or where none failed of what was printed last} */
    Optional<String> logTail() {
        Step step = failed != null && failed.tail.length() > 0 ? failed : lastToSpeak;
        return Optional.ofNullable(step).map(speaker -> speaker.tail.toString());
    }

    /** {@return how many steps of the Dockerfile there were} */
    int total() {
        return (int) steps.values().stream().filter(Step::ofDockerfile).count();
    }

    /** {@return how many of them came from the cache} */
    int cached() {
        return (int) steps.values().stream().filter(Step::ofDockerfile).filter(step -> step.state == StepState.CACHED)
                .count();
    }

    /** {@return what every FROM resolved to, as name@digest} */
    SortedSet<String> bases() {
        return new TreeSet<>(bases);
    }

    private void acceptText(String line) {
        if (line.startsWith(ERROR)) {
            error = line.substring(ERROR.length());
        } else if (error != null && !line.isBlank()) {
            error += "\n" + line;
        }
    }

    private void acceptVertex(JsonNode vertex) {
        String id = vertex.path("digest").asText();
        String name = vertex.path("name").asText();
        Step step = steps.computeIfAbsent(id, _ -> new Step(name));
        Matcher from = FROM.matcher(name);
        if (from.matches()) {
            bases.add(from.group(1));
        }
        StepState state = state(vertex);
        if (state == StepState.FAILED && failed == null) {
            failed = step;
        }
        if (state != null && state != step.state) {
            step.state = state;
            listener.step(id, step.name, state);
        }
    }

    private static @Nullable StepState state(JsonNode vertex) {
        if (!vertex.path("error").asText("").isEmpty()) {
            return StepState.FAILED;
        }
        if (vertex.path("cached").asBoolean()) {
            return StepState.CACHED;
        }
        if (vertex.hasNonNull("completed")) {
            return StepState.DONE;
        }
        return vertex.hasNonNull("started") ? StepState.STARTED : null;
    }

    private void acceptLog(JsonNode log) {
        String id = log.path("vertex").asText();
        Step step = steps.computeIfAbsent(id, _ -> new Step(""));
        lastToSpeak = step;
        String text = step.partial + new String(Base64.getDecoder().decode(log.path("data").asText()),
                StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n') + 1;
        step.partial = text.substring(end);
        text.substring(0, end).lines().forEach(line -> {
            step.tail.append(line);
            listener.log(id, step.name, line);
        });
        if (step.partial.length() > LogTail.BYTES) {
            step.tail.append(step.partial);
            step.partial = "";
        }
    }

    private static final class Step {
        private final String name;
        private final LogTail tail = new LogTail();
        private @Nullable StepState state;
        private String partial = "";

        Step(String name) {
            this.name = name;
        }

        boolean ofDockerfile() {
            return STEP.matcher(name).matches();
        }
    }
}
