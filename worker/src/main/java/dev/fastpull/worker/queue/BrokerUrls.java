package dev.fastpull.worker.queue;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The addresses of a broker, as an operator wrote them. {@code failover:(a,b)?…} is what most people have at hand; it is
 * taken apart into its addresses, since the worker reconnects by itself: the failover transport blocks a receive and a
 * close while the broker is away, and hides whether a commit went through.
 *
 * @param urls single addresses, to be tried in turn
 * @param notices what was understood differently from how it was written, one sentence each, for the log
 */
public record BrokerUrls(List<URI> urls, List<String> notices) {
    private static final String FAILOVER = "failover:";
    private static final String NESTED = "nested.";
    private static final String CLIENT = "jms.";
    private static final Set<String> SCHEMES = Set.of("tcp", "ssl", "nio", "nio+ssl", "auto", "auto+ssl", "auto+nio",
            "auto+nio+ssl", "artemis+tcp", "artemis+ssl");

    /** Copies the lists. */
    public BrokerUrls {
        urls = List.copyOf(urls);
        notices = List.copyOf(notices);
    }

    /**
     * Reads what an operator wrote.
     *
     * @param texts one or more of {@code tcp://…}, {@code ssl://…}, {@code artemis+tcp://…}, {@code artemis+ssl://…} or
     *     {@code failover:(…)?…}
     * @return the addresses, in the order they were written
     * @throws IllegalArgumentException if one cannot be understood; the message says which, without its options
     */
    public static BrokerUrls parse(List<String> texts) {
        List<URI> urls = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        for (String text : texts) {
            if (text.strip().toLowerCase(Locale.ROOT).startsWith(FAILOVER)) {
                takeApart(text.strip(), urls, notices);
            } else {
                urls.add(single(text.strip()));
            }
        }
        return new BrokerUrls(urls, notices);
    }

    /**
     * A URL as it may be logged.
     *
     * @param url a broker's URL
     * @return its scheme, host and port; user info and options may hold passwords
     */
    public static String shown(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /** Adds an option, unless the URL has it. */
    static URI withOption(URI url, String name, String value) {
        String query = url.getRawQuery();
        for (String option : options(query == null ? "" : query)) {
            if (option.startsWith(name + "=")) {
                return url;
            }
        }
        return URI.create(url + (query == null ? "?" : query.isEmpty() ? "" : "&") + name + "=" + value);
    }

    /** {@return what the URL's options say} */
    static Map<String, String> options(URI url) {
        Map<String, String> options = new HashMap<>();
        String query = url.getRawQuery();
        for (String option : options(query == null ? "" : query)) {
            String[] parts = option.split("=", 2);
            options.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
        return options;
    }

    private static void takeApart(String text, List<URI> urls, List<String> notices) {
        String rest = text.substring(FAILOVER.length());
        rest = rest.startsWith("//") ? rest.substring(2) : rest;
        String list = rest;
        String query = "";
        if (rest.startsWith("(")) {
            int end = rest.lastIndexOf(')');
            if (end < 0) {
                throw new IllegalArgumentException("The broker URL failover:(… has no closing parenthesis");
            }
            list = rest.substring(1, end);
            query = rest.substring(end + 1);
            query = query.startsWith("?") ? query.substring(1) : query;
        }
        List<String> ignored = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (String option : options(query)) {
            if (option.startsWith(NESTED)) {
                kept.add(option.substring(NESTED.length()));
            } else if (option.startsWith(CLIENT)) {
                kept.add(option);
            } else {
                ignored.add(nameOf(option));
            }
        }
        List<URI> found = new ArrayList<>();
        for (String address : list.split(",", -1)) {
            URI url = single(address.strip());
            for (String option : kept) {
                url = withOption(url, nameOf(option),
                        option.substring(Math.min(option.length(), nameOf(option).length() + 1)));
            }
            found.add(url);
        }
        urls.addAll(found);
        notices.add("The worker reconnects by itself, so failover:(…) is taken for its addresses "
                + String.join(", ", found.stream().map(BrokerUrls::shown).toList()) + ", tried in this order"
                + (ignored.isEmpty() ? "" : "; without effect: " + String.join(", ", ignored)));
    }

    private static URI single(String text) {
        try {
            URI url = new URI(text);
            if (url.getScheme() != null && SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))
                    && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Its message quotes the whole text, passwords and all; the one below does not.
        }
        throw new IllegalArgumentException("\"" + withoutSecrets(text)
                + "\" is not a broker's address: expected tcp://HOST:PORT or ssl://HOST:PORT, for Artemis"
                + " artemis+tcp://HOST:PORT or artemis+ssl://HOST:PORT");
    }

    private static String withoutSecrets(String text) {
        String address = text.split("\\?", 2)[0];
        return address.substring(address.lastIndexOf('@') + 1);
    }

    private static List<String> options(String query) {
        return query.isEmpty() ? List.of() : List.of(query.split("&", -1));
    }

    private static String nameOf(String option) {
        return option.split("=", 2)[0];
    }
}
