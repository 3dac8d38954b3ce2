package dev.fastpull.worker.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends conversions that would never end by themselves. nydus-image 2.2.0 holds a reading end of the pipe that it writes to.
 * Where buildkitd stops reading, since its disk is full, nydus-image so waits for ever, and buildkitd for nydus-image: the
 * solve hangs, and even where it is canceled the process stays and keeps a part of the cache from being pruned.
 *
 * <p>Used by one thread.
 */
final class StuckConverters {
    private static final Logger LOG = LoggerFactory.getLogger(StuckConverters.class);
    /** The pipe's name in github.com/containerd/nydus-snapshotter, pkg/converter. */
    private static final String PIPE = "blob.rafs";

    private final Path workFolder;
    private Set<ProcessHandle> suspects = Set.of();

    /** What is stuck in conversions with their folders below this one. */
    StuckConverters(Path workFolder) {
        this.workFolder = workFolder;
    }

    /**
     * Ends those that have a pipe open for writing which the daemon does not have open, now and when it was looked before:
     * the two of them do not open and close it in the same moment.
     */
    void end(ProcessHandle daemon) {
        Set<ProcessHandle> now = isEmpty() ? Set.of() : suspects(daemon);
        for (ProcessHandle suspect : now) {
            if (suspects.contains(suspect) && suspect.destroyForcibly()) {
                LOG.warn("nydus-image, process {}, is ended: it writes to buildkitd, which reads no more",
                        suspect.pid());
            }
        }
        suspects = now;
    }

    private boolean isEmpty() {
        try (Stream<Path> conversions = Files.list(workFolder)) {
            return conversions.findAny().isEmpty();
        } catch (IOException _) {
            return true;
        }
    }

    private Set<ProcessHandle> suspects(ProcessHandle daemon) {
        Set<ProcessHandle> found = new HashSet<>();
        try (Stream<ProcessHandle> children = daemon.children()) {
            for (ProcessHandle child : children.toList()) {
                Set<Path> written = pipes(child, StuckConverters::isForWriting);
                if (!written.isEmpty() && pipes(daemon, _ -> true).stream().noneMatch(written::contains)) {
                    found.add(child);
                }
            }
        }
        return found;
    }

    /** {@return the pipes of conversions that the process has open by descriptors of this kind} */
    private Set<Path> pipes(ProcessHandle process, Predicate<Path> kind) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.filter(kind).map(StuckConverters::target).filter(Objects::nonNull)
                    .filter(file -> file.startsWith(workFolder) && file.endsWith(PIPE))
                    .collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException _) {
            // It has ended meanwhile.
            return Set.of();
        }
    }

    /** {@return whether the descriptor is one for writing, as the link's own mode tells: proc(5)} */
    private static boolean isForWriting(Path link) {
        try {
            return Files.getPosixFilePermissions(link, LinkOption.NOFOLLOW_LINKS)
                    .contains(PosixFilePermission.OWNER_WRITE);
        } catch (IOException _) {
            return false;
        }
    }

    private static @Nullable Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException _) {
            return null;
        }
    }
}
