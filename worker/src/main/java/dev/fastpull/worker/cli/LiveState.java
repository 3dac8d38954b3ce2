package dev.fastpull.worker.cli;

import dev.fastpull.messages.Phase;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.messages.ProgressEvent.StepState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a build from the news of it so far.
 *
 * @param phases the phases that have begun, the last of them perhaps at work
 */
record LiveState(List<PhaseState> phases) {
    /** A step of the Dockerfile: {@code [2/3] RUN make} or {@code [build 2/3] RUN make}. */
    private static final Pattern STEP = Pattern.compile("\\[(?:(\\S+) +)?(\\d+)/(\\d+)] .*", Pattern.DOTALL);

    /** Nothing has happened. */
    static final LiveState NOTHING = new LiveState(List.of());

    LiveState {
        phases = List.copyOf(phases);
    }

    /**
     * One phase.
     *
     * @param phase which
     * @param beganAt when it began
     * @param endedAt when it ended; null while it goes on
     * @param stages for each stage of the Dockerfile that has been met, how many steps it has
     * @param ended the states of the Dockerfile's steps that have come to their end, by their ids
     * @param running the steps at work, by their ids
     */
    record PhaseState(Phase phase, Instant beganAt, @Nullable Instant endedAt, Map<String, Integer> stages,
            Map<String, StepState> ended, Map<String, RunningStep> running) {

        /** {@return how many steps of the Dockerfile there are, as far as is known} */
        int total() {
            return Math.max(ended.size(), stages.values().stream().mapToInt(Integer::intValue).sum());
        }

        /** {@return how many of them came from the cache} */
        long cached() {
            return ended.values().stream().filter(state -> state == StepState.CACHED).count();
        }

        private PhaseState end(Instant time) {
            return new PhaseState(phase, beganAt, time, stages, ended, Map.of());
        }

        private PhaseState after(ProgressEvent.StepChanged change) {
            Map<String, Integer> newStages = new LinkedHashMap<>(stages);
            Map<String, StepState> newEnded = new LinkedHashMap<>(ended);
            Map<String, RunningStep> newRunning = new LinkedHashMap<>(running);
            Matcher step = STEP.matcher(change.name());
            boolean ofDockerfile = step.matches();
            if (ofDockerfile) {
                newStages.merge(String.valueOf(step.group(1)), Integer.parseInt(step.group(3)), Math::max);
            }
            if (change.state() == StepState.STARTED) {
                newRunning.putIfAbsent(change.id(), new RunningStep(change.name(), change.time(), ""));
            } else {
                newRunning.remove(change.id());
                if (ofDockerfile) {
                    newEnded.put(change.id(), change.state());
                }
            }
            return new PhaseState(phase, beganAt, endedAt, newStages, newEnded, newRunning);
        }

        private PhaseState after(ProgressEvent.LogLine line) {
            Map<String, RunningStep> newRunning = new LinkedHashMap<>(running);
            newRunning.replaceAll((_, step) -> step.name().equals(line.step()) ? step.saying(line.text()) : step);
            return new PhaseState(phase, beganAt, endedAt, stages, ended, newRunning);
        }
    }

    /**
     * A step at work.
     *
     * @param name as BuildKit calls it
     * @param startedAt when it started
     * @param lastLine what it printed last; empty for nothing
     */
    record RunningStep(String name, Instant startedAt, String lastLine) {
        private RunningStep saying(String line) {
            return line.isBlank() ? this : new RunningStep(name, startedAt, line);
        }
    }

    /** {@return what is known with one more piece of news} */
    LiveState after(ProgressEvent news) {
        return switch (news) {
            // A second worker begins where the first one died.
            case ProgressEvent.Started _ -> NOTHING;
            case ProgressEvent.PhaseChanged(var _, Phase phase, Instant time) -> {
                List<PhaseState> more = new ArrayList<>(ended(time));
                more.add(new PhaseState(phase, time, null, Map.of(), Map.of(), Map.of()));
                yield new LiveState(more);
            }
            case ProgressEvent.StepChanged change -> withLast(change.phase(), last -> last.after(change));
            case ProgressEvent.LogLine line -> withLast(line.phase(), last -> last.after(line));
            case ProgressEvent.Ended ended -> new LiveState(ended(ended.time()));
        };
    }

    private List<PhaseState> ended(Instant time) {
        return phases.stream().map(phase -> phase.endedAt() == null ? phase.end(time) : phase).toList();
    }

    private LiveState withLast(Phase phase, UnaryOperator<PhaseState> change) {
        if (phases.isEmpty() || phases.getLast().phase() != phase) {
            return this;
        }
        List<PhaseState> changed = new ArrayList<>(phases);
        changed.set(changed.size() - 1, change.apply(changed.getLast()));
        return new LiveState(changed);
    }
}
