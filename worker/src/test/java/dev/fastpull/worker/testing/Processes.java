package dev.fastpull.worker.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks at the processes and mounts of this machine, as the kernel has them. */
public final class Processes {
    private Processes() {}

    /** {@return the processes with these words in their command lines, in whatever namespace they are} */
    public static List<ProcessHandle> running(String words) throws IOException {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> read(process.pid(), "cmdline").replace('\0', ' ').contains(words)).toList();
        }
    }

    /** {@return the mounts, in whatever namespace, that lie below the folder or come from it} */
    public static List<String> mounts(Path folder) throws IOException {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.flatMap(process -> read(process.pid(), "mountinfo").lines())
                    .filter(mount -> mount.contains(folder.toString()))
                    .distinct()
                    .toList();
        }
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException _) {
            // It has ended meanwhile.
            return "";
        }
    }
}
