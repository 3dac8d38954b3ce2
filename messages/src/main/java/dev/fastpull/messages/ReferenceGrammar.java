package dev.fastpull.messages;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The grammar and the normal form of image references, after distribution/reference v0.6.0 (regexp.go, normalize.go),
 * with a reason for each refusal. Stricter than it in what would only fail later: a port is one that exists, and an IPv6
 * address is one.
 */
final class ReferenceGrammar {
    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_LEGACY = "index.docker.io";
    private static final String DOCKER_HUB_OFFICIAL = "library/";
    private static final String LOCALHOST = "localhost";
    private static final String DEFAULT_TAG = "latest";

    /** Longer than any reference can be: keeps the patterns below from long texts. */
    private static final int MAX_LENGTH = 1024;
    /** The longest host name there is (RFC 1035), with room for a port. */
    private static final int MAX_REGISTRY_LENGTH = 253 + 6;
    private static final int MAX_PORT = 65535;

    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private static final Pattern REGISTRY = Pattern
            .compile("(" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::([0-9]+))?");
    private static final String COMPONENT = "[a-z0-9]++(?:(?:__|[._]|-+)[a-z0-9]++)*+";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern IMAGE_ID = Pattern.compile("[a-f0-9]{64}");

    private ReferenceGrammar() {}

    static ImageReference parse(String text) {
        checkShape(text);
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        boolean hasHost = isHost(first);
        String registry = !hasHost || first.equals(DOCKER_HUB_LEGACY) ? DOCKER_HUB : first;
        String rest = hasHost ? text.substring(slash + 1) : text;
        if (registry.equals(DOCKER_HUB) && rest.indexOf('/') < 0) {
            rest = DOCKER_HUB_OFFICIAL + rest;
        }
        int colon = rest.indexOf(':');
        String repository = colon < 0 ? rest : rest.substring(0, colon);
        return new ImageReference(registry, repository, colon < 0 ? DEFAULT_TAG : rest.substring(colon + 1));
    }

    /** What is no reference as a whole; says nothing of the text itself where that may hold a password. */
    private static void checkShape(String text) {
        if (text.isEmpty()) {
            throw new InvalidValueException("is empty; write it as host/path:tag");
        }
        if (text.length() > MAX_LENGTH) {
            throw new InvalidValueException("has " + text.length() + " characters; no image reference has more than "
                    + MAX_LENGTH);
        }
        if (text.contains("://")) {
            throw new InvalidValueException("is a URL; write it without the scheme, as host/path:tag");
        }
        int at = text.indexOf('@');
        if (at >= 0 && text.indexOf('/', at) > 0) {
            throw new InvalidValueException("has an @ before its path; credentials never belong in a reference, "
                    + "write it as host/path:tag");
        }
        if (at >= 0) {
            throw new InvalidValueException("names a digest, so there is no tag to add; write it as host/path:tag");
        }
        if (text.chars().anyMatch(c -> c <= ' ' || Character.isWhitespace(c))) {
            throw new InvalidValueException("holds white space or a control character; write it as host/path:tag");
        }
        if (IMAGE_ID.matcher(text).matches()) {
            throw new InvalidValueException("is an image id, not a name; write it as host/path:tag");
        }
    }

    /** Whether the text before the first slash is a host, by the rule of splitDockerDomain in normalize.go. */
    private static boolean isHost(String first) {
        return first.equals(LOCALHOST) || first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || hasUpperCase(first);
    }

    static void checkRegistry(String registry) {
        var matcher = REGISTRY.matcher(registry);
        if (registry.length() > MAX_REGISTRY_LENGTH || !matcher.matches()) {
            throw new InvalidValueException("names the registry " + Quoted.of(registry)
                    + ", which is no host; write a host name, an IPv4 address or an IPv6 address in [], "
                    + "with :port where it needs one");
        }
        String port = matcher.group(2);
        if (port != null && (port.length() > 5 || Integer.parseInt(port) > MAX_PORT || Integer.parseInt(port) == 0)) {
            throw new InvalidValueException("names the port " + Quoted.of(port) + "; ports are 1 to " + MAX_PORT);
        }
        if (registry.startsWith("[") && !isIpv6(matcher.group(1))) {
            throw new InvalidValueException("names " + Quoted.of(matcher.group(1)) + ", which is no IPv6 address");
        }
    }

    /** Asks the parser of URIs, which knows RFC 2732 and looks nothing up. */
    private static boolean isIpv6(String bracketed) {
        try {
            return new URI("http://" + bracketed + "/").parseServerAuthority().getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static void checkRepository(String repository) {
        if (repository.length() > ImageReference.MAX_REPOSITORY_LENGTH) {
            throw new InvalidValueException("names a repository of " + repository.length() + " characters; "
                    + ImageReference.MAX_REPOSITORY_LENGTH + " is the most");
        }
        if (REPOSITORY.matcher(repository).matches()) {
            return;
        }
        String lower = repository.toLowerCase(Locale.ROOT);
        if (REPOSITORY.matcher(lower).matches()) {
            throw new InvalidValueException("names the repository " + Quoted.of(repository)
                    + ", which must be lower case; write " + Quoted.of(lower));
        }
        throw new InvalidValueException("names the repository " + Quoted.of(repository)
                + "; it must be lower-case letters and digits, parted by one of . or _, by __ or by dashes, "
                + "and by / between names");
    }

    static void checkTag(String tag, int longest) {
        if (tag.length() > longest) {
            throw new InvalidValueException("has a tag of " + tag.length() + " characters; "
                    + (longest == ImageReference.MAX_TAG_LENGTH
                            ? longest + " is the most"
                            : longest + " is the most, so that " + Format.NYDUS.tagSuffix() + " can be added"));
        }
        if (!TAG.matcher(tag).matches()) {
            throw new InvalidValueException("has the tag " + Quoted.of(tag)
                    + "; a tag is letters, digits, _, . and -, and begins with none of the last two");
        }
    }

    /** Refuses what other programs would read as another image than the one that is meant. */
    static void checkNormal(String registry, String repository) {
        if (!isHost(registry)) {
            throw new InvalidValueException("names the registry " + Quoted.of(registry)
                    + ", which reads as a part of the path; a host has a dot or a port, or is localhost");
        }
        if (registry.equals(DOCKER_HUB_LEGACY) || (registry.equals(DOCKER_HUB) && repository.indexOf('/') < 0)) {
            throw new InvalidValueException("is not in normal form; Docker Hub's images are docker.io/library/name or "
                    + "docker.io/owner/name");
        }
    }

    private static boolean hasUpperCase(String text) {
        return !text.toLowerCase(Locale.ROOT).equals(text);
    }
}
