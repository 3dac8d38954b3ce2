package dev.fastpull.worker.verify;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Names of files are bytes, not text, and need not be UTF-8. Inside this package a name is a {@code String} with one
 * char per byte (ISO 8859-1), which loses nothing and compares like the bytes; this class makes such strings and shows
 * them to people.
 */
final class RawText {
    private RawText() {}

    /** {@return the bytes as a string of one char per byte} */
    static String of(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** {@return the raw form of ordinary text} */
    static String of(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** {@return the name for a message: as UTF-8 where it is, control characters and stray bytes as {@code \xNN}} */
    static String show(String raw) {
        String text;
        int highestPlain;
        try {
            text = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1))).toString();
            highestPlain = Character.MAX_CODE_POINT;
        } catch (CharacterCodingException _) {
            text = raw;
            highestPlain = '~';
        }
        StringBuilder shown = new StringBuilder(text.length());
        for (int c : text.codePoints().toArray()) {
            if (Character.isISOControl(c) || c > highestPlain) {
                shown.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
            } else {
                shown.appendCodePoint(c);
            }
        }
        return shown.toString();
    }
}
