package dev.fastpull.worker.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pax header (POSIX.1-2001) says about the entry that follows. Only what is used is kept; extended attributes,
 * owners and the like are dropped, as owners are by {@code docker build}.
 */
final class PaxRecords {
    private static final Set<String> USED = Set.of("path", "linkpath", "size", "mtime");
    private static final String SPARSE = "GNU.sparse.";

    private final Map<String, byte[]> records = new HashMap<>();
    private boolean sparse;

    /** Takes in the records of one header; later ones replace earlier ones, and an empty value removes one. */
    void add(byte[] data) throws IOException {
        int at = 0;
        while (at < data.length) {
            int space = indexOf(data, (byte) ' ', at);
            int end = at + length(data, at, space);
            if (end > data.length || end < space + 3 || data[end - 1] != '\n') {
                throw new IOException("a pax record has a wrong length");
            }
            int equals = indexOf(data, (byte) '=', space + 1);
            if (equals >= end) {
                throw new IOException("a pax record has no value");
            }
            String key = new String(data, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            sparse |= key.startsWith(SPARSE);
            if (USED.contains(key)) {
                if (equals + 1 == end - 1) {
                    records.remove(key);
                } else {
                    records.put(key, Arrays.copyOfRange(data, equals + 1, end - 1));
                }
            }
            at = end;
        }
    }

    /** {@return whether the next entry's content is not stored as it is} */
    boolean sparse() {
        return sparse;
    }

    /** {@return whether anything is said that an entry's meaning depends on} */
    boolean isEmpty() {
        return records.isEmpty() && !sparse;
    }

    @Nullable
    String text(String key) throws IOException {
        byte[] value = records.get(key);
        return value == null ? null : TarHeader.utf8(value);
    }

    long size(long otherwise) throws IOException {
        String text = text("size");
        if (text == null) {
            return otherwise;
        }
        if (text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IOException("a pax size is no number");
        }
        return Long.parseLong(text);
    }

    /** {@return the whole seconds of the time, rounded down as all the others are} */
    long seconds(long otherwise) throws IOException {
        String text = text("mtime");
        if (text == null) {
            return otherwise;
        }
        int dot = text.indexOf('.');
        String whole = dot < 0 ? text : text.substring(0, dot);
        String fraction = dot < 0 ? "" : text.substring(dot + 1);
        boolean digits = fraction.chars().allMatch(c -> c >= '0' && c <= '9');
        if (whole.length() > 18 || !digits || !whole.matches("-?[0-9]+")) {
            throw new IOException("a pax time is no number");
        }
        long seconds = Long.parseLong(whole);
        boolean before = whole.startsWith("-") && fraction.chars().anyMatch(c -> c != '0');
        return before ? seconds - 1 : seconds;
    }

    private static int length(byte[] data, int from, int to) throws IOException {
        int length = 0;
        for (int i = from; i < to; i++) {
            if (data[i] < '0' || data[i] > '9' || i - from > 8) {
                throw new IOException("a pax record has no length");
            }
            length = length * 10 + data[i] - '0';
        }
        return length;
    }

    private static int indexOf(byte[] data, byte wanted, int from) throws IOException {
        for (int i = from; i < data.length; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        throw new IOException("a pax record is cut off");
    }
}
