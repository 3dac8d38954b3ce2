package dev.fastpull.worker.image;

import dev.fastpull.worker.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a daemon leaves when it is killed, and the next one on the same root does not remove: the folders of converters and
 * of containers, runc's records of these containers, blobs half-written, and empty control groups. Mounts it leaves none,
 * as it had a mount namespace of its own; snapshots of steps that did not end the next daemon removes by itself.
 */
final class BuildkitLeftovers {
    private static final Logger LOG = LoggerFactory.getLogger(BuildkitLeftovers.class);
    /** Where runc has a folder for each container of the whole machine; only those that the daemon had are ours. */
    private static final Path RUNC = Path.of("/run/runc");
    private static final Pattern CONTAINER = Pattern.compile("[a-z0-9]{25}");
    /** The folder of BuildKit's worker: its runtime and its snapshotter. */
    private static final String WORKER = "runc-overlayfs";

    private BuildkitLeftovers() {}

    /** Removes them; the daemon must not run. */
    static void sweep(BuildkitdConfig config) {
        try {
            Cgroups.sweep(Files.readAllLines(Path.of("/proc/self/mounts")), config.cgroupParent());
            List<Path> executor = list(config.root().resolve(WORKER).resolve("executor"));
            List<Path> containers = executor.stream().filter(Files::isDirectory).toList();
            List<Path> probes = list(config.root()).stream()
                    .filter(file -> file.getFileName().toString().startsWith(Prerequisites.PROBE)).toList();
            List<Path> converters = list(config.nydusWorkFolder());
            List<Path> blobs = list(config.root().resolve(WORKER).resolve("content/ingest"));
            delete(records(containers));
            delete(executor);
            delete(probes);
            delete(converters);
            delete(blobs);
            if (!containers.isEmpty() || !converters.isEmpty() || !blobs.isEmpty()) {
                LOG.info("removed what an earlier buildkitd left: {} containers, {} conversions, {} half-written blobs",
                        containers.size(), converters.size(), blobs.size());
            }
        } catch (IOException e) {
            LOG.warn("cannot remove what an earlier buildkitd left behind: {}", e.getMessage());
        }
    }

    /** {@return the folders that runc has for these containers} */
    private static List<Path> records(List<Path> containers) {
        return containers.stream().map(container -> container.getFileName().toString())
                .filter(name -> CONTAINER.matcher(name).matches()).map(RUNC::resolve).filter(Files::isDirectory)
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void delete(List<Path> leftovers) throws IOException {
        for (Path leftover : leftovers) {
            FileTrees.delete(leftover);
        }
    }
}
