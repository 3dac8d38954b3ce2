package dev.fastpull.messages;

import java.util.List;
import java.util.stream.Collectors;

/** A request that every worker would reject. */
public final class InvalidRequestException extends IllegalArgumentException {
    /** All that is wrong with the request. */
    private final List<Violation> violations;

    /**
     * A request that breaks the contract or asks for what is not supported.
     *
     * @param violations all that is wrong with it, at least one
     */
    public InvalidRequestException(List<Violation> violations) {
        super(violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
        this.violations = List.copyOf(violations);
    }

    /** {@return all that is wrong with the request} */
    public List<Violation> violations() {
        return violations;
    }
}
