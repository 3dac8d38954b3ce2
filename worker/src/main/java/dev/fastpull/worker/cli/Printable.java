package dev.fastpull.worker.cli;

import java.util.regex.Pattern;

/** Makes text of a build safe to print: it must not move the cursor or recolour the terminal. */
final class Printable {
    /** ECMA-48: a control sequence, an operating system command, or another escape. */
    private static final Pattern ESCAPES = Pattern
            .compile("\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|[ -/]*[0-~])");
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cc}");

    private Printable() {}

    /** {@return the text without escapes and control characters, as a terminal would have left it after its last return} */
    static String line(String text) {
        String plain = ESCAPES.matcher(text).replaceAll("").replace("\t", "    ").stripTrailing();
        return CONTROLS.matcher(plain.substring(plain.lastIndexOf('\r') + 1)).replaceAll("");
    }

    /** {@return the text, cut to a number of characters with an ellipsis at the end where it is longer} */
    static String cut(String text, int width) {
        int length = text.codePointCount(0, text.length());
        if (length <= width) {
            return text;
        }
        return width < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }
}
