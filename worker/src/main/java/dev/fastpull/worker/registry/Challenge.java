package dev.fastpull.worker.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1).
 *
 * @param scheme the scheme in lower case, as in {@code bearer}
 * @param parameters the parameters, by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    /** A parameter, with its comma where one follows: a quoted value may hold commas and escaped quotes. */
    private static final Pattern PARAMETER = Pattern.compile(
            "\\G[\\s,]*(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))\\s*(?:,|$)");
    private static final Pattern SCHEME = Pattern.compile("\\G[\\s,]*(" + TOKEN + ")(?:\\s+|,|$)(?!=)");

    /** {@return all challenges in the headers' values; what cannot be understood ends its header} */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            int at = 0;
            Matcher scheme = SCHEME.matcher(header);
            while (at < header.length() && scheme.find(at)) {
                Map<String, String> parameters = new LinkedHashMap<>();
                at = scheme.end();
                Matcher parameter = PARAMETER.matcher(header);
                while (at < header.length() && parameter.find(at)) {
                    parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value(parameter));
                    at = parameter.end();
                }
                challenges.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), Map.copyOf(parameters)));
            }
        }
        return challenges;
    }

    private static String value(Matcher parameter) {
        String quoted = parameter.group(2);
        return quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }
}
