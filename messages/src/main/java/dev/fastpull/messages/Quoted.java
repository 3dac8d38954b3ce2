package dev.fastpull.messages;

/** Text of others as it may stand in a message for a person: short and on one line. */
final class Quoted {
    private static final int LONGEST = 80;

    private Quoted() {}

    /** {@return the text in double quotes, its control characters as {@code ?}, cut after 80 characters} */
    static String of(String text) {
        return '"' + plain(text) + '"';
    }

    /** {@return the same without the quotes} */
    static String plain(String text) {
        var out = new StringBuilder();
        text.codePoints().limit(LONGEST).map(c -> isPlain(c) ? c : '?').forEach(out::appendCodePoint);
        return out.append(text.codePointCount(0, text.length()) > LONGEST ? "…" : "").toString();
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
