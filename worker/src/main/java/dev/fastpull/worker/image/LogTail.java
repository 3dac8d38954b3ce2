package dev.fastpull.worker.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** The end of a log: whole lines, 8 KiB at most. */
final class LogTail {
    /** What a completion event may carry of a log. */
    static final int BYTES = dev.fastpull.messages.LogTail.MAX_BYTES;

    private final Deque<String> lines = new ArrayDeque<>();
    private int bytes;

    void append(String line) {
        String kept = line.length() > BYTES ? line.substring(line.length() - BYTES / 4) : line;
        lines.addLast(kept);
        bytes += size(kept);
        while (bytes > BYTES && lines.size() > 1) {
            bytes -= size(lines.removeFirst());
        }
    }

    int length() {
        return bytes;
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }

    private static int size(String line) {
        return line.getBytes(StandardCharsets.UTF_8).length + 1;
    }
}
