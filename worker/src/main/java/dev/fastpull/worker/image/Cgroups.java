package dev.fastpull.worker.image;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control groups that a killed buildkitd leaves behind, empty but there: one folder per hierarchy and step. */
final class Cgroups {
    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);

    private Cgroups() {}

    /**
     * Removes the empty groups below {@code parent} in every hierarchy that is mounted. A group with a process in it
     * stays: the kernel refuses to remove it.
     *
     * @param mounts the lines of /proc/self/mounts
     * @param parent the parent group's name
     */
    static void sweep(List<String> mounts, String parent) {
        int removed = 0;
        for (Path hierarchy : hierarchies(mounts)) {
            removed += sweep(hierarchy.resolve(parent));
        }
        if (removed > 0) {
            LOG.info("removed {} empty control groups of an earlier buildkitd", removed);
        }
    }

    /** {@return where control groups are mounted, v1 and v2, from lines such as {@code cgroup2 /sys/fs/cgroup cgroup2 rw 0 0}} */
    static List<Path> hierarchies(List<String> mounts) {
        return mounts.stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields.length > 2 && (fields[2].equals("cgroup") || fields[2].equals("cgroup2")))
                .map(fields -> Path.of(fields[1]))
                .distinct()
                .toList();
    }

    private static int sweep(Path group) {
        if (!Files.isDirectory(group)) {
            return 0;
        }
        int removed = 0;
        try (Stream<Path> tree = Files.walk(group)) {
            for (Path folder : tree.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
                removed += remove(folder) ? 1 : 0;
            }
        } catch (IOException e) {
            LOG.debug("cannot list the control groups in {}: {}", group, e.getMessage());
        }
        return removed;
    }

    private static boolean remove(Path folder) {
        try {
            Files.delete(folder);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (FileSystemException e) {
            LOG.debug("control group {} stays: {}", folder, e.getReason());
            return false;
        } catch (IOException e) {
            LOG.debug("control group {} stays: {}", folder, e.getMessage());
            return false;
        }
    }
}
