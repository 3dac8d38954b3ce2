package dev.fastpull.worker.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a terminal is.
 *
 * @param columns its width
 * @param rows its height
 */
record Terminal(int columns, int rows) {
    private static final Terminal USUAL = new Terminal(80, 24);
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4}) ([1-9][0-9]{0,4})\\s*");

    /** {@return whether standard error is a terminal that can move its cursor}; System.console() asks about the others. */
    static boolean isStandardError(Map<String, String> environment) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.matches("/dev/(pts/.+|tty.*|console)") && !"dumb".equals(environment.get("TERM"));
        } catch (IOException _) {
            return false;
        }
    }

    /** {@return the size of this process's terminal as it is now, asked of {@code stty}; 80 by 24 where it cannot say} */
    static Terminal size() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException _) {
            return USUAL;
        }
    }

    /** {@return the size that {@code stty size} tells: rows, then columns} */
    static Terminal parse(String size) {
        Matcher matcher = SIZE.matcher(size);
        return matcher.matches()
                ? new Terminal(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(1)))
                : USUAL;
    }
}
