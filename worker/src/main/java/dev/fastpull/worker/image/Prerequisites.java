package dev.fastpull.worker.image;

import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.FileTrees;
import dev.fastpull.worker.process.ChildProcess;
import dev.fastpull.worker.process.Command;
import dev.fastpull.worker.process.ProcessStarter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What buildkitd needs of the machine. Without it buildkitd or the first RUN fails with words that do not say what to
 * do, so it is looked at before.
 *
 * @param root whether this process is root
 * @param capabilities the effective capabilities, a bit each (capabilities(7))
 * @param cgroups whether control groups are mounted and can be written
 * @param overlay what stands in the way of an overlay mount in the daemon's folder; empty where one was made
 */
record Prerequisites(boolean root, long capabilities, boolean cgroups, String overlay) {
    /** linux/capability.h. */
    private static final long SYS_ADMIN = 1L << 21;
    /** What the folder's name begins with that {@link #tryOverlay} makes, and leaves where this process is killed. */
    static final String PROBE = "probe-";
    private static final String IN_DOCKER = "In Docker: --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE"
            + " --cap-add MKNOD --security-opt seccomp=unconfined --security-opt apparmor=unconfined";

    /**
     * Looks at this machine.
     *
     * @param folder where the daemon will keep its files
     * @param starter starts the programs that try
     * @throws BuildException with BUILDER_UNAVAILABLE where something is missing, naming all of it
     * @throws IOException where the folder cannot be written
     */
    static void check(Path folder, ProcessStarter starter) throws BuildException, IOException, InterruptedException {
        List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
        var found = new Prerequisites(value(status, "Uid:").startsWith("0"),
                Long.parseUnsignedLong(value(status, "CapEff:"), 16),
                Cgroups.hierarchies(Files.readAllLines(Path.of("/proc/self/mounts"))).stream()
                        .anyMatch(Files::isWritable),
                tryOverlay(folder, starter));
        List<String> problems = found.problems();
        if (!problems.isEmpty()) {
            throw new BuildException(FailureReason.BUILDER_UNAVAILABLE, String.join(" ", problems));
        }
    }

    /** {@return what is missing, each a sentence that says what to do} */
    List<String> problems() {
        if (!root) {
            return List.of("buildkitd needs root, and this process is none: start it with sudo, or in a container.");
        }
        List<String> problems = new ArrayList<>();
        if ((capabilities & SYS_ADMIN) == 0) {
            problems.add(
                    "The capability SYS_ADMIN is missing, without which no build step can run. " + IN_DOCKER + ".");
        } else if (overlay.startsWith("unshare")) {
            problems.add("New namespaces may not be made here (" + overlay + "), which seccomp or AppArmor forbid. "
                    + IN_DOCKER + ".");
        } else if (!overlay.isEmpty()) {
            problems.add("overlayfs cannot be mounted in the data folder (" + overlay
                    + "). Name a folder on ext4 or xfs"
                    + " with --data; in a container that is a volume, as its own files lie on an overlay already.");
        }
        if (!cgroups) {
            problems.add("Control groups cannot be written, without which no build step can run."
                    + " In Docker: -v /sys/fs/cgroup:/sys/fs/cgroup:rw.");
        }
        return problems;
    }

    /** Makes the mount that a build step would have, in a namespace of its own, so that it is gone with the program. */
    private static String tryOverlay(Path folder, ProcessStarter starter) throws IOException, InterruptedException {
        Path probe = Files.createTempDirectory(Files.createDirectories(folder), PROBE);
        try {
            for (String part : List.of("lower", "upper", "work", "merged")) {
                Files.createDirectory(probe.resolve(part));
            }
            List<String> said = new ArrayList<>();
            int exitCode = ChildProcess.run(starter, Command.of(List.of("unshare", "--mount", "mount", "-t", "overlay",
                    "-o", "lowerdir=" + probe.resolve("lower") + ",upperdir=" + probe.resolve("upper") + ",workdir="
                            + probe.resolve("work"),
                    "overlay", probe.resolve("merged").toString())), _ -> {}, said::add);
            return exitCode == 0
                    ? ""
                    : said.stream().filter(Predicate.not(String::isBlank)).findFirst().orElse("exit code " + exitCode);
        } finally {
            FileTrees.delete(probe);
        }
    }

    private static String value(List<String> status, String name) {
        return status.stream().filter(line -> line.startsWith(name)).map(line -> line.substring(name.length()).strip())
                .findFirst().orElse("0");
    }
}
