package dev.fastpull.messages;

import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/** Guesses what a mistyped name was to be. */
final class Spelling {
    /** Longer names are no slips of the finger, and comparing them would take long. */
    private static final int LONGEST = 40;

    private Spelling() {}

    /** {@return {@code ; did you mean "…"?} with the known name that is closest, or nothing where none is close} */
    static String suggestion(String name, Set<String> known) {
        String simple = simplify(name);
        if (simple.length() > LONGEST) {
            return "";
        }
        int tolerance = simple.length() < 5 ? 1 : 2;
        return known.stream().filter(candidate -> distance(simple, simplify(candidate)) <= tolerance)
                .min(Comparator.comparingInt((String candidate) -> distance(simple, simplify(candidate)))
                        .thenComparing(Comparator.naturalOrder()))
                .map(candidate -> "; did you mean \"" + candidate + "\"?").orElse("");
    }

    /** build_args, build-args and BuildArgs are all meant as buildArgs. */
    private static String simplify(String name) {
        return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** How many letters must be put in, left out, replaced or swapped with their neighbour to get from one to the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
