package dev.fastpull.worker.verify;

import dev.fastpull.messages.VerifyLevel;
import java.util.List;

/** What the comparison of the two images of a pair came to. */
public sealed interface Verdict {
    /**
     * All that the level looks at is the same on both sides.
     *
     * @param level what was looked at
     * @param filesCompared how many directory entries were compared; 0 where the level compares none
     */
    record Equal(VerifyLevel level, long filesCompared) implements Verdict {}

    /** Nothing was looked at, as asked for. */
    record Skipped() implements Verdict {}

    /**
     * The two images do not hold the same files.
     *
     * @param first the first differences, by path; at least one
     * @param total how many there are in all
     */
    record Different(List<Difference> first, long total) implements Verdict {
        /** Copies the differences. */
        public Different {
            first = List.copyOf(first);
        }
    }

    /**
     * The two images are well formed but do not come from one and the same build: something ran twice.
     *
     * @param how what shows it, a clause for a message
     */
    record Diverged(String how) implements Verdict {}

    /**
     * One of the images is not what it should be, or holds something that nothing can be proven about.
     *
     * @param reason what is wrong, a clause for a message
     */
    record Broken(String reason) implements Verdict {}
}
