package dev.fastpull.worker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A secret in a file of the user's.
 *
 * @param id its id in the Dockerfile
 * @param file where it is
 */
record SecretFile(String id, Path file) {
    private static final Pattern FORM = Pattern.compile("id=([A-Za-z0-9][A-Za-z0-9._-]*),src=(.+)");

    /** {@return the files by the ids of their secrets} */
    static Map<String, Path> byId(List<SecretFile> secrets) {
        Map<String, Path> files = new LinkedHashMap<>();
        secrets.forEach(secret -> files.put(secret.id(), secret.file()));
        return files;
    }

    /** {@return the secret that {@code id=ID,src=FILE} names} */
    static SecretFile parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("write id=ID,src=FILE");
        }
        Path file = Path.of(matcher.group(2)).toAbsolutePath();
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new IllegalArgumentException("the file " + file + " cannot be read");
        }
        return new SecretFile(matcher.group(1), file);
    }
}
