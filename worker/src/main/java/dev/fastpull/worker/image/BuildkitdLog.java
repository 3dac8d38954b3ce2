package dev.fastpull.worker.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The file that buildkitd writes its log to. */
final class BuildkitdLog {
    /** How much of the log's end is looked at; a failed conversion is told in a few lines. */
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final Pattern CONVERSION = Pattern.compile("(?i)nydus-image|merge nydus|rafs|convert.*layer");
    private static final Pattern NOISE = Pattern.compile("encountered unknown type|level=(debug|info)");

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

    /** {@return the last line since {@code mark} that tells of a failed conversion} */
    Optional<String> conversionError(long mark) {
        return since(mark).stream()
                .filter(line -> CONVERSION.matcher(line).find() && !NOISE.matcher(line).find())
                .reduce((_, last) -> last);
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
