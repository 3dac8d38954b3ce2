package dev.fastpull.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrerequisitesTest {
    private static final long ALL = 0x1ff_ffff_ffffL;
    private static final long WITHOUT_SYS_ADMIN = ALL & ~(1L << 21);

    @Test
    void aMachineThatHasAllHasNoProblem() {
        assertThat(new Prerequisites(true, ALL, true, "").problems()).isEmpty();
    }

    @Test
    void withoutRootNothingElseMatters() {
        assertThat(new Prerequisites(false, 0, false, "unshare: not permitted").problems()).singleElement().asString()
                .contains("needs root");
    }

    @Test
    void allThatIsMissingIsSaidWithWhatToDo() {
        assertThat(new Prerequisites(true, WITHOUT_SYS_ADMIN, false, "unshare: unshare failed: Operation not permitted")
                .problems()).satisfiesExactly(
                        problem -> assertThat(problem).contains("SYS_ADMIN is missing", "--cap-add SYS_ADMIN"),
                        problem -> assertThat(problem).contains("Control groups", "-v /sys/fs/cgroup"));
    }

    @Test
    void aProfileThatForbidsNamespacesIsToldFromAFolderThatTakesNoOverlay() {
        assertThat(new Prerequisites(true, ALL, true, "unshare: unshare failed: Operation not permitted").problems())
                .singleElement().asString().contains("seccomp=unconfined");
        assertThat(new Prerequisites(true, ALL, true, "mount: /x/merged: wrong fs type").problems())
                .singleElement().asString().contains("wrong fs type", "--data");
    }
}
