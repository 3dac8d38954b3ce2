package dev.fastpull.worker.chaos;

import dev.fastpull.messages.BuildReport;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.Format;
import dev.fastpull.worker.chaos.FaultyRegistry.TagMove;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds the registry's tags against the events. A tag that one request alone asked for names what its event says, or does
 * not exist where it has not succeeded. A tag that several asked for names the pair of one of them, whose event does not
 * say that it was superseded. And a plain tag has never moved before its twin.
 *
 * @param tags what each tag in the registry names in the end
 * @param moves the tags that have moved, in their order
 * @param heard the events
 * @param run is told what is wrong
 */
record TagChecks(Map<String, String> tags, List<TagMove> moves, List<Heard> heard, Run run) {

    /** The two images of an event, by digest. */
    private record Pair(@Nullable String oci, @Nullable String nydus) {
        static Pair of(BuildReport report) {
            Map<Format, String> digests = report.images().stream()
                    .collect(Collectors.toMap(image -> image.format(), image -> image.digest().toString()));
            return new Pair(digests.get(Format.OCI), digests.get(Format.NYDUS));
        }

        @Override
        public String toString() {
            return shown(oci) + " + " + shown(nydus);
        }

        private static String shown(@Nullable String digest) {
            return digest == null ? "nothing" : digest.substring("sha256:".length()).substring(0, 12);
        }
    }

    /** {@return how many pairs of tags were looked at} */
    int check() {
        Map<String, List<Heard>> byTag = heard.stream().filter(one -> !one.tag().isEmpty())
                .collect(Collectors.groupingBy(Heard::tag));
        Set<String> plain = new TreeSet<>(byTag.keySet());
        tags.keySet().forEach(tag -> plain.add(tag.endsWith(Format.NYDUS.tagSuffix())
                ? tag.substring(0, tag.length() - Format.NYDUS.tagSuffix().length())
                : tag));
        plain.forEach(tag -> check(tag, byTag.getOrDefault(tag, List.of())));
        checkOrder();
        return plain.size();
    }

    private void check(String tag, List<Heard> events) {
        var there = new Pair(tags.get(tag), tags.get(tag + Format.NYDUS.tagSuffix()));
        List<BuildReport> succeeded = events.stream().filter(one -> one.event() instanceof Succeeded)
                .map(one -> one.event().report()).toList();
        if (succeeded.isEmpty()) {
            boolean said = events.stream().anyMatch(one -> one.event().report().published() == Published.PARTIAL);
            if (!said && (there.oci() != null || there.nydus() != null)) {
                run.violated("MOVED: no request for " + tag + " has succeeded, but it names " + there);
            }
            return;
        }
        List<BuildReport> matching = succeeded.stream().filter(report -> Pair.of(report).equals(there)).toList();
        if (matching.isEmpty()) {
            run.violated("HALF or FOREIGN: " + tag + " names " + there + ", but its events say "
                    + succeeded.stream().map(report -> Pair.of(report) + " (" + report.requestId() + ")").toList());
        } else if (matching.stream().allMatch(BuildReport::superseded)) {
            run.violated("SUPERSEDED: the event whose pair " + tag + " still names says that it was superseded");
        }
    }

    /** Whoever sees a plain tag's new image finds its twin. */
    private void checkOrder() {
        Map<String, String> twins = new HashMap<>();
        heard.forEach(one -> {
            Pair pair = Pair.of(one.event().report());
            if (pair.oci() != null && pair.nydus() != null) {
                twins.put(pair.oci(), pair.nydus());
            }
        });
        Set<TagMove> before = new HashSet<>();
        for (TagMove move : moves) {
            String twin = twins.get(move.digest());
            if (twin != null && !before.contains(new TagMove(move.tag() + Format.NYDUS.tagSuffix(), twin))) {
                run.violated("ORDER: " + move.tag() + " moved to " + move.digest() + " before its twin");
            }
            before.add(move);
        }
    }
}
