package dev.fastpull.worker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All that is wrong with a command line, so that it is told at once. */
final class Mistakes {
    private final List<String> found = new ArrayList<>();

    /** Notes a mistake: one sentence, which says what to do. */
    void add(String mistake) {
        found.add(mistake);
    }

    /** {@return the value that {@code text} stands for; {@code otherwise} where it stands for none, which is noted} */
    <T extends @Nullable Object> T read(String option, String text, T otherwise, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            add(option + " " + text + ": " + sentence(e));
            return otherwise;
        }
    }

    /** {@return what the texts stand for; noted are those that stand for nothing, by the words of {@code parse} alone} */
    <T> List<T> each(String option, List<String> texts, Function<String, T> parse) {
        List<T> read = new ArrayList<>();
        for (String text : texts) {
            try {
                read.add(parse.apply(text));
            } catch (IllegalArgumentException e) {
                add(option + ": " + sentence(e));
            }
        }
        return read;
    }

    private static String sentence(IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        return message.endsWith(".") ? message : message + ".";
    }

    /** {@return a whole number from {@code least} on} */
    int number(String option, String text, int least) {
        return read(option, text, least, digits -> {
            if (!digits.matches("[0-9]{1,9}") || Integer.parseInt(digits) < least) {
                throw new IllegalArgumentException("write a whole number from " + least + " on");
            }
            return Integer.parseInt(digits);
        });
    }

    /** {@return the folder of this name, which must exist} */
    Path folder(String option, String text) {
        Path folder = Path.of(text);
        if (!Files.isDirectory(folder)) {
            add(option + " " + text + ": there is no such folder.");
        }
        return folder;
    }

    /** {@return the file of this name, which must hold certificates in PEM form} */
    Path certificates(String option, String text) {
        return read(option, text, Path.of(text), file -> {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                if (!CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
                    return Path.of(file);
                }
            } catch (IOException | CertificateException _) {
                // Said below.
            }
            throw new IllegalArgumentException("this is no readable PEM file with certificates.");
        });
    }

    /** {@return all of them, in the order in which they were found} */
    List<String> all() {
        return List.copyOf(found);
    }
}
