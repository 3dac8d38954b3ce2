package dev.fastpull.messages;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What became of reading a request. */
public sealed interface Decoded {

    /**
     * The message is a request.
     *
     * @param request the request, checked
     */
    record Valid(BuildRequest request) implements Decoded {}

    /**
     * The message is JSON, but no request that can be built.
     *
     * @param requestId the request's id; null where that is among what is wrong
     * @param image the image in normal form; null where that is among what is wrong
     * @param metadata the request's metadata, empty where that is among what is wrong
     * @param violations all that is wrong, at least one, in the order of the contract
     * @param reason {@link FailureReason#INVALID_REQUEST}, or {@link FailureReason#UNSUPPORTED} where nothing else is wrong
     */
    record Violating(@Nullable String requestId, @Nullable ImageReference image, Map<String, Object> metadata,
            List<Violation> violations, FailureReason reason) implements Decoded {
        /** Copies the collections; order is kept. */
        public Violating {
            metadata = Ordered.copy(metadata);
            violations = List.copyOf(violations);
        }

        /** {@return all violations in one text, for the event and the log} */
        public String message() {
            return violations.stream().map(Violation::toString).collect(Collectors.joining("; "));
        }
    }

    /**
     * Nothing can be known of the message.
     *
     * @param reason one sentence for a person; holds nothing of the message but a field's name
     */
    record Unreadable(String reason) implements Decoded {}
}
