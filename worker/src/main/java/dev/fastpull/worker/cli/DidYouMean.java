package dev.fastpull.worker.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which word was meant; picocli's own guess for an option looks at its beginning only. */
final class DidYouMean {
    /** Two letters that swapped places are two mistakes, and the longest words have room for more. */
    private static final int LETTERS_PER_MISTAKE = 4;
    private static final int ALWAYS = 2;

    private DidYouMean() {}

    /** {@return the known word that is nearest, empty where none is near} */
    static Optional<String> of(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= Math.max(ALWAYS, word.length() / LETTERS_PER_MISTAKE))
                .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@return how many letters must be put in, left out or replaced to get from one word to the other} */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
