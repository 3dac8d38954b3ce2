package dev.fastpull.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuildkitdConfigTest {

    @Test
    void theFileNamesRootRuncAndRegistries() {
        var config = new BuildkitdConfig(Path.of("/data/\"odd\""), 1000, 300, "[registry.\"r\"]\n  http = true\n");
        assertThat(config.toml("/bin/runc"))
                .contains("root = \"/data/\\\"odd\\\"\"", "binary = \"/bin/runc\"", "reservedSpace = 100",
                        "maxUsedSpace = 1000",
                        "minFreeSpace = 300",
                        "http = true");
    }

    @Test
    void twoRootsHaveControlGroupsOfTheirOwn() {
        var one = new BuildkitdConfig(Path.of("/data/1"), 1, 0, "");
        var two = new BuildkitdConfig(Path.of("/data/2"), 1, 0, "");
        assertThat(one.cgroupParent()).startsWith("fastpull-").isNotEqualTo(two.cgroupParent());
        assertThat(one.cgroupParent()).isEqualTo(new BuildkitdConfig(Path.of("/data/1"), 2, 5, "x").cgroupParent());
    }

    @Test
    void theHierarchiesOfControlGroupsAreFoundInBothVersions() {
        assertThat(Cgroups.hierarchies(List.of("tmpfs /sys/fs/cgroup tmpfs rw 0 0", "proc /proc proc rw 0 0",
                "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0", "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0")))
                .containsExactly(Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup/memory"));
    }
}
