package dev.fastpull.worker.context;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One header that goes with requests for URLs of a prefix.
 *
 * @param prefix the URLs it is for
 * @param header the header's name
 * @param value the header's value, a secret
 */
record Credential(UrlPrefix prefix, String header, String value) {
    private static final Set<String> KEYS = Set.of("prefix", "username", "password", "password-file", "header",
            "value", "value-file");
    /** RFC 9110's token. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** What the fetch sets itself. */
    private static final Set<String> RESERVED = Set.of("host", "range", "if-range", "accept-encoding", "connection",
            "content-length", "transfer-encoding", "expect", "upgrade", "te");

    /** {@return basic authentication} */
    static Credential basic(UrlPrefix prefix, String username, String password) {
        return new Credential(prefix, "Authorization", basicValue(username, password));
    }

    /** {@return the value of an Authorization header, by RFC 7617 in UTF-8} */
    static String basicValue(String username, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a file as {@link ContextCredentials} describes it.
     *
     * @throws IOException whose message says what is wrong, without any value of the file
     */
    static Credential read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("it is not readable as UTF-8 properties");
        }
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IOException("it has unknown keys " + unknown);
        }
        UrlPrefix prefix = prefix(properties.getProperty("prefix"));
        @Nullable
        String password = secret(file, properties, "password");
        @Nullable
        String value = secret(file, properties, "value");
        String username = properties.getProperty("username");
        String header = properties.getProperty("header");
        if (username != null && password != null && header == null && value == null) {
            if (username.indexOf(':') >= 0) {
                throw new IOException("a username with a colon does not work with basic authentication");
            }
            return basic(prefix, username, password);
        }
        if (header != null && value != null && username == null && password == null) {
            return new Credential(prefix, checkedName(header), checkedValue(value));
        }
        throw new IOException("it needs either username and password (or password-file),"
                + " or header and value (or value-file)");
    }

    private static UrlPrefix prefix(@Nullable String text) throws IOException {
        if (text == null) {
            throw new IOException("it has no prefix");
        }
        try {
            return UrlPrefix.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("its prefix is " + e.getMessage());
        }
    }

    private static @Nullable String secret(Path file, Properties properties, String key) throws IOException {
        String plain = properties.getProperty(key);
        String name = properties.getProperty(key + "-file");
        if (plain != null && name != null) {
            throw new IOException("it has both " + key + " and " + key + "-file");
        }
        if (name == null) {
            return plain;
        }
        Path secretFile = file.resolveSibling(name);
        try {
            return Files.readString(secretFile).replaceFirst("\r?\n\\z", "");
        } catch (NoSuchFileException e) {
            throw new IOException("its " + key + "-file " + secretFile + " does not exist");
        } catch (IOException e) {
            throw new IOException("its " + key + "-file " + secretFile + " cannot be read as UTF-8");
        }
    }

    private static String checkedName(String header) throws IOException {
        if (!TOKEN.matcher(header).matches() || RESERVED.contains(header.toLowerCase(Locale.ROOT))) {
            throw new IOException("it must not set the header \"" + Quoted.of(header) + "\"");
        }
        return header;
    }

    private static String checkedValue(String value) throws IOException {
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c >= 0x7f)) {
            throw new IOException("its value has characters that no header may have");
        }
        return value;
    }

    /** {@return name and prefix only: the value is a secret} */
    @Override
    public String toString() {
        return header + " for " + prefix;
    }
}
