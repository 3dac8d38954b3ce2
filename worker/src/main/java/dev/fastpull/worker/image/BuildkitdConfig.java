package dev.fastpull.worker.image;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * How buildkitd is to run.
 *
 * @param root where it keeps its cache and its socket; no two daemons may share one
 * @param cacheBytes how much the cache may hold, in bytes, before the least recently used goes
 * @param minFreeBytes how much of its disk must be free after a build, in bytes, before that goes too, but for a tenth of
 *     the cache; as root counts, see {@link dev.fastpull.worker.disk.Space#unallocated}
 * @param registries the {@code [registry]} part of buildkitd.toml, which may be empty
 */
public record BuildkitdConfig(Path root, long cacheBytes, long minFreeBytes, String registries) {

    /** {@return the address under which buildctl reaches the daemon} */
    public String address() {
        return "unix://" + socket();
    }

    Path socket() {
        return root.resolve("buildkitd.sock");
    }

    Path tomlFile() {
        return root.resolve("buildkitd.toml");
    }

    /** {@return where the daemon's log is kept} */
    public Path log() {
        return root.resolve("buildkitd.log");
    }

    /** {@return where nydus-image works while it converts a layer} */
    Path nydusWorkFolder() {
        return root.resolve("nydus");
    }

    /**
     * {@return the parent of all control groups of this daemon's steps} It follows from the root, so that the next daemon
     * on the same root finds what this one left behind, and no other's.
     */
    String cgroupParent() {
        return "fastpull-"
                + UUID.nameUUIDFromBytes(root.toString().getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
    }

    /**
     * {@return the content of buildkitd.toml}
     *
     * @param runc the path of runc
     */
    String toml(String runc) {
        return """
                root = %s

                [grpc]
                  address = [%s]

                [otel]
                  socketPath = %s

                [worker.containerd]
                  enabled = false

                [worker.oci]
                  enabled = true
                  binary = %s
                  snapshotter = "overlayfs"
                  defaultCgroupParent = %s
                  gc = true

                  [[worker.oci.gcpolicy]]
                    filters = ["type==source.local", "type==source.git.checkout"]
                    keepDuration = "48h"
                    maxUsedSpace = %d

                  [[worker.oci.gcpolicy]]
                    all = true
                    # The second solve of a pair needs the steps of the first.
                    keepDuration = "5m"
                    reservedSpace = %d
                    maxUsedSpace = %d
                    minFreeSpace = %d

                %s""".formatted(quoted(root.toString()), quoted(address()),
                quoted(root.resolve("otel-grpc.sock").toString()), quoted(runc), quoted(cgroupParent()),
                cacheBytes / 10, cacheBytes / 10, cacheBytes, minFreeBytes, registries);
    }

    /** TOML's basic strings escape as JSON's do: https://toml.io/en/v1.0.0#string. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
