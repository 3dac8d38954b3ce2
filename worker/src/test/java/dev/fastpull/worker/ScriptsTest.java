package dev.fastpull.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fastpull.worker.testing.RealTools;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** All shell scripts of the project pass shellcheck. */
class ScriptsTest {
    private static final Pattern SHEBANG = Pattern.compile("#! */\\S*(?: +(?:ba)?sh|/(?:ba)?sh)\\b.*");
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");

    @Test
    void shellcheckHasNothingToSay() throws Exception {
        boolean there = new ProcessBuilder("sh", "-c", "command -v shellcheck").start().waitFor() == 0;
        assumeTrue(there || System.getenv("CI") != null, "shellcheck is not installed (apt-get install shellcheck)");
        List<Path> scripts = scripts();
        assertThat(scripts).hasSizeGreaterThan(5);
        List<String> argv = new ArrayList<>(List.of("shellcheck", "-x"));
        scripts.forEach(script -> argv.add(script.toString()));
        Process shellcheck = new ProcessBuilder(argv).redirectErrorStream(true).start();
        String said = new String(shellcheck.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shellcheck.waitFor()).as(said).isZero();
    }

    private static List<Path> scripts() throws IOException {
        List<Path> scripts = new ArrayList<>();
        Files.walkFileTree(RealTools.repository(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && isScript(file)) {
                    scripts.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return scripts;
    }

    private static boolean isScript(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String first = lines.readLine();
            return first != null && SHEBANG.matcher(first).matches();
        }
    }
}
