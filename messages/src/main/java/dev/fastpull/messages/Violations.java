package dev.fastpull.messages;

import java.util.ArrayList;
import java.util.List;

/** What has been found wrong with a request so far. */
final class Violations {
    private final List<Violation> found = new ArrayList<>();
    private int more;
    private boolean invalid;

    void add(String path, String message) {
        add(path, FailureReason.INVALID_REQUEST, message);
    }

    void add(String path, FailureReason reason, String message) {
        invalid |= reason != FailureReason.UNSUPPORTED;
        if (isFull()) {
            more++;
        } else {
            found.add(new Violation(path, message));
        }
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** {@return whether what is found from now on is only counted, so that its wording is wasted work} */
    boolean isFull() {
        return found.size() >= RequestLimits.VIOLATIONS;
    }

    List<Violation> list() {
        var list = new ArrayList<>(found);
        if (more > 0) {
            list.add(new Violation("", "and " + more + " more"));
        }
        return List.copyOf(list);
    }

    /** {@return the reason for them all: a request is only unsupported if it is otherwise right} */
    FailureReason reason() {
        return invalid ? FailureReason.INVALID_REQUEST : FailureReason.UNSUPPORTED;
    }
}
