package dev.fastpull.worker.context;

/** Text of somebody else's as it may stand in a message: without control characters, and not too long. */
final class Quoted {
    private static final int LONGEST = 160;

    private Quoted() {}

    /** {@return {@code text}, with each control or formatting character as a question mark, cut after 160 characters} */
    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LONGEST).map(c -> harmless(c) ? c : '?').forEach(shown::appendCodePoint);
        return shown.length() < text.length() ? shown + "…" : shown.toString();
    }

    private static boolean harmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED ->
                false;
            default -> true;
        };
    }
}
