package dev.fastpull.messages;

/** The end of a log, short enough for an event. */
public final class LogTail {
    /** The most that is kept, in bytes of UTF-8. */
    public static final int MAX_BYTES = 8 * 1024;

    private LogTail() {}

    /**
     * {@return the last {@link #MAX_BYTES} bytes of the text's UTF-8, beginning with a whole character}
     *
     * @param log the text
     */
    public static String of(String log) {
        int bytes = 0;
        int start = log.length();
        while (start > 0) {
            int codePoint = log.codePointBefore(start);
            bytes += utf8Length(codePoint);
            if (bytes > MAX_BYTES) {
                break;
            }
            start -= Character.charCount(codePoint);
        }
        return log.substring(start);
    }

    private static int utf8Length(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}
