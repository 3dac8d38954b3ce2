package dev.fastpull.worker.verify;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads what Rust's {@code {:?}} writes for a path or an OsString on Unix: a quoted string in which quotes, backslashes
 * and everything that does not print is escaped, and bytes that are no UTF-8 stand as {@code \xFF}. It leaves nothing
 * ambiguous: no name can look like another, or end a line or the string.
 */
final class RustText {
    private final String line;
    private int at;
    private final String value;

    /**
     * Reads one quoted string.
     *
     * @param line holds it
     * @param start where its first quote is
     */
    RustText(String line, int start) throws UnprovableException {
        this.line = line;
        at = start;
        value = parse();
    }

    /** {@return what is quoted, raw} */
    String value() {
        return value;
    }

    /** {@return the place after the closing quote} */
    int end() {
        return at;
    }

    private String parse() throws UnprovableException {
        if (at >= line.length() || line.charAt(at) != '"') {
            throw malformed();
        }
        at++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            int c = next();
            if (c == '"') {
                return RawText.of(bytes.toByteArray(), 0, bytes.size());
            }
            if (c == '\\') {
                escape(bytes);
            } else {
                add(bytes, c);
            }
        }
    }

    private void escape(ByteArrayOutputStream bytes) throws UnprovableException {
        int c = next();
        switch (c) {
            case 'n' -> bytes.write('\n');
            case 't' -> bytes.write('\t');
            case 'r' -> bytes.write('\r');
            case '0' -> bytes.write(0);
            case '\\', '"', '\'' -> bytes.write(c);
            case 'x' -> bytes.write(hex(Character.toString(next()) + Character.toString(next())));
            case 'u' -> {
                int close = line.indexOf('}', at);
                if (next() != '{' || close < 0) {
                    throw malformed();
                }
                add(bytes, hex(line.substring(at, close)));
                at = close + 1;
            }
            default -> throw malformed();
        }
    }

    private int hex(String digits) throws UnprovableException {
        try {
            return Integer.parseInt(digits, 16);
        } catch (NumberFormatException _) {
            throw malformed();
        }
    }

    private void add(ByteArrayOutputStream bytes, int codePoint) throws UnprovableException {
        if (!Character.isValidCodePoint(codePoint)) {
            throw malformed();
        }
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private int next() throws UnprovableException {
        if (at >= line.length()) {
            throw malformed();
        }
        int c = line.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private UnprovableException malformed() {
        return new UnprovableException("nydus-image lists a name that cannot be read: " + line);
    }
}
