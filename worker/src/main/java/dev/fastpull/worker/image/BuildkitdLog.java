package dev.fastpull.worker.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The file that buildkitd writes its log to. */
final class BuildkitdLog {
    /** How much of the log's end is looked at; a failed conversion is told in a few lines. */
    private static final int WINDOW_BYTES = 256 * 1024;
    /** What BuildKit's converter logs when nydus-image exits with another code than 0, after the words of nydus-image. */
    private static final Pattern FAILED = Pattern.compile("msg=\"fail to run \\S*nydus-image \\[(\\w+) ");
    /** A line that nydus-image printed, as logrus quotes it. */
    private static final Pattern SAID = Pattern.compile("msg=\"((?:[^\"\\\\]|\\\\.)*)\" module=builder");
    private static final Pattern COLOR = Pattern.compile("\\\\x1b\\[[0-9;]*m");
    /** Time, level and source line, then perhaps the word {@code Error:}. */
    private static final Pattern HEAD = Pattern.compile("^(\\[[^\\]]*] \\w+ \\[[^\\]]*] ?)?(Error:)?");
    private static final Pattern NOISE = Pattern.compile("at /.*|note: .*|");
    /** How many lines before its end are taken for what nydus-image said of it. */
    private static final int LINES = 8;

    private final Path file;

    BuildkitdLog(Path file) {
        this.file = file;
    }

    /** {@return where the log ends now} */
    long mark() {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }

    /** {@return what nydus-image said since {@code mark} before it failed last, on one line} */
    Optional<String> conversionError(long mark) {
        List<String> lines = since(mark);
        for (int at = lines.size() - 1; at >= 0; at--) {
            Matcher failed = FAILED.matcher(lines.get(at));
            if (failed.find()) {
                String said = lines.subList(Math.max(0, at - LINES), at).stream().map(BuildkitdLog::said)
                        .filter(words -> !NOISE.matcher(words).matches()).collect(Collectors.joining(": "));
                return Optional.of("nydus-image " + failed.group(1) + " says " + (said.isEmpty() ? "nothing" : said));
            }
        }
        return Optional.empty();
    }

    private static String said(String line) {
        Matcher said = SAID.matcher(line);
        if (!said.find()) {
            return "";
        }
        String words = COLOR.matcher(said.group(1)).replaceAll("")
                .replace("\\t", " ").replace("\\n", " ").replace("\\\"", "\"").replace("\\\\", "\\").strip();
        String bare = HEAD.matcher(words).replaceFirst("").strip();
        return bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"")
                ? bare.substring(1, bare.length() - 1)
                : bare;
    }

    /** {@return the last line of all} */
    Optional<String> lastLine() {
        return since(0).stream().filter(line -> !line.isBlank()).reduce((_, last) -> last);
    }

    private List<String> since(long mark) {
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(mark, log.length() - WINDOW_BYTES);
            byte[] bytes = new byte[(int) Math.max(0, log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException _) {
            return List.of();
        }
    }
}
