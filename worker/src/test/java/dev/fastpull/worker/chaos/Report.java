package dev.fastpull.worker.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.FailureReason.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run has found, in figures.
 *
 * @param title the run's options
 * @param sent how many requests were sent, the copies left out
 * @param messages how many messages were sent
 * @param heard the events
 * @param pairs how many pairs of tags were compared with the events
 * @param longestIdle for how long a worker stood idle at most while requests waited, in seconds
 * @param seconds how long the run took
 * @param faults how many faults of each kind there were
 * @param struck how many requests to the registry met a fault
 * @param violations what broke a promise
 */
record Report(String title, int sent, int messages, List<Heard> heard, int pairs, double longestIdle, double seconds,
        Map<FaultKind, Integer> faults, int struck, List<String> violations) {

    /** {@return the last line of a run} */
    String verdict() {
        return violations.isEmpty()
                ? "OK: " + sent + " requests, " + messages + " messages, " + heard.size() + " events, no violation"
                : "FAILED: " + violations.size() + " violations, the first: " + violations.getFirst();
    }

    /** Writes {@code report.md} and {@code report.json}. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), markdown());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(folder.resolve("report.json").toFile(),
                Map.of("title", title, "figures", figures(), "faults", faults, "ends", ends(), "violations",
                        violations));
    }

    private String markdown() {
        var text = new StringBuilder("### `" + title + "`\n\n| what | |\n|---|---|\n");
        figures().forEach((what, figure) -> text.append("| ").append(what).append(" | ").append(figure).append(" |\n"));
        text.append("\n| fault | times |\n|---|---|\n");
        faults.forEach((kind, count) -> text.append("| ").append(kind.words()).append(" | ").append(count)
                .append(" |\n"));
        text.append("\n| end | requests |\n|---|---|\n");
        ends().forEach((end, count) -> text.append("| ").append(end).append(" | ").append(count).append(" |\n"));
        violations.forEach(violation -> text.append("\n- ").append(violation));
        return text.append('\n').toString();
    }

    private Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("requests", Integer.toString(sent));
        figures.put("messages, some requests being sent twice", Integer.toString(messages));
        figures.put("completion events", Integer.toString(heard.size()));
        figures.put("of these in a second or later attempt", Long.toString(
                heard.stream().filter(one -> one.event().report().attempt() > 1).count()));
        figures.put("of these for a reason of the infrastructure's", Long.toString(heard.stream()
                .filter(one -> one.event().cause().filter(why -> why.reason().category() == Category.INFRASTRUCTURE
                        || why.reason().category() == Category.TIMEOUT).isPresent())
                .count()));
        figures.put("of these `superseded`", Long.toString(
                heard.stream().filter(one -> one.event().report().superseded()).count()));
        figures.put("of these `published: partial`", Long.toString(heard.stream()
                .filter(one -> one.event().report().published().name().equals("PARTIAL")).count()));
        figures.put("pairs of tags compared with the events", Integer.toString(pairs));
        figures.put("requests to the registry that met a fault", Integer.toString(struck));
        figures.put("longest time that a ready worker stood idle while requests waited", seconds(longestIdle));
        figures.put("time", seconds(seconds));
        figures.put("violations", Integer.toString(violations.size()));
        return figures;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.0f s", seconds);
    }

    private Map<String, Integer> ends() {
        Map<String, Integer> ends = new TreeMap<>();
        for (Heard one : heard) {
            CompletionEvent event = one.event();
            ends.merge(event.status() + event.cause().map(why -> " " + why.reason()).orElse(""), 1, Integer::sum);
        }
        return ends;
    }
}
