package dev.fastpull.worker.context;

import dev.fastpull.worker.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of an archive's entry, made into one that can only be inside. A backslash is a letter like any other on
 * Linux (systemd's units have it), unless the name would climb where it is a separator.
 */
final class EntryName {
    private static final int LONGEST_SEGMENT = 255;

    private EntryName() {}

    /**
     * Checks a name.
     *
     * @return its segments joined by slashes, without {@code .} segments and trailing slash; empty for the root itself
     * @throws BuildException if it is absolute, climbs, or cannot be a name
     */
    static String checked(String name, ContextLimits limits) throws BuildException {
        if (name.isEmpty()) {
            throw Rejected.entry(name, "has no name");
        }
        if (name.indexOf('\0') >= 0) {
            throw Rejected.entry(name, "has a NUL in its name");
        }
        if (name.startsWith("/") || name.startsWith("\\")) {
            throw Rejected.entry(name, "has an absolute name");
        }
        if (name.length() > 2 && name.charAt(1) == ':' && (name.charAt(2) == '\\' || name.charAt(2) == '/')
                && Character.isLetter(name.charAt(0))) {
            throw Rejected.entry(name, "has the name of a drive");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > limits.nameBytes()) {
            throw TooLarge.name(limits);
        }
        List<String> segments = new ArrayList<>();
        for (String segment : name.split("/", -1)) {
            if (climbs(segment)) {
                throw Rejected.entry(name, "has \"..\" in its name");
            }
            if (segment.length() > LONGEST_SEGMENT / 3
                    && segment.getBytes(StandardCharsets.UTF_8).length > LONGEST_SEGMENT) {
                throw Rejected.entry(name, "has a part of more than " + LONGEST_SEGMENT + " bytes in its name");
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        if (segments.size() > limits.depth()) {
            throw TooLarge.depth(limits, name);
        }
        return String.join("/", segments);
    }

    private static boolean climbs(String segment) {
        if (segment.indexOf('\\') < 0) {
            return segment.equals("..");
        }
        for (String part : segment.split("\\\\", -1)) {
            if (part.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
