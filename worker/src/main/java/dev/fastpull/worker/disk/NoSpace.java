package dev.fastpull.worker.disk;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The words of programs that could not write. */
public final class NoSpace {
    /** The texts of ENOSPC and EDQUOT, and their names, numbers and paraphrases in Rust, Node and SQLite. */
    private static final Pattern WORDS = Pattern.compile(
            "no space left|quota exceeded|\\bENOSPC\\b|\\bEDQUOT\\b|\\(os error 28\\)|disk (is )?full",
            Pattern.CASE_INSENSITIVE);

    private NoSpace() {}

    /** {@return whether somebody says here that a disk is full} */
    public static boolean saidBy(@Nullable String text) {
        return text != null && WORDS.matcher(text).find();
    }

    /** {@return whether this, or what caused it, comes from a full disk; Java has no type for that} */
    public static boolean causes(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (saidBy(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }
}
