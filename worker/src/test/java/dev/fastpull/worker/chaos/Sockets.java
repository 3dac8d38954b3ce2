package dev.fastpull.worker.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Tells which process sends from a port of this machine, as the kernel has it. */
final class Sockets {
    private static final int LOCAL_ADDRESS = 1;
    private static final int INODE = 9;

    private Sockets() {}

    /** {@return whether the process has the connection that comes from this port} */
    static boolean isOf(long pid, int localPort) throws IOException {
        List<String> links = inodes(localPort).stream().map(inode -> "socket:[" + inode + "]").toList();
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.anyMatch(file -> links.contains(target(file)));
        } catch (IOException _) {
            // It has ended.
            return false;
        }
    }

    private static List<String> inodes(int localPort) throws IOException {
        String end = String.format(Locale.ROOT, ":%04X", localPort);
        List<String> inodes = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                lines.map(line -> line.strip().split(" +"))
                        .filter(fields -> fields.length > INODE && fields[LOCAL_ADDRESS].endsWith(end))
                        .map(fields -> fields[INODE])
                        .forEach(inodes::add);
            }
        }
        return inodes;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException _) {
            return "";
        }
    }
}
