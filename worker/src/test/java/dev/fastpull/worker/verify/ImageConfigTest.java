package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ImageConfigTest {
    private static final String CONFIG = """
            {"architecture": "amd64", "config": {"Env": ["A=b"]}, "created": "2026-11-24T00:22:01.427043321Z",
             "history": [{"created": "2026-11-24T00:22:01.336130859Z", "created_by": "ADD a /"},
                         {"created": "2026-11-24T00:22:01.427043321Z", "created_by": "created by buildkit",
                          "comment": "buildkit.exporter.image.v0"}],
             "rootfs": {"type": "layers", "diff_ids": ["sha256:1"]}}""";

    @Test
    void oneBuildIsEqualToTheNanosecond() throws Exception {
        assertThat(config(CONFIG).divergence(config(CONFIG))).isEmpty();
        assertThat(config(CONFIG).divergence(config(CONFIG.replace("427043321Z\",\n \"h", "427043322Z\",\n \"h"))))
                .isEqualTo("one was created at 2026-11-24T00:22:01.427043321Z, the other at "
                        + "2026-11-24T00:22:01.427043322Z");
        assertThat(config(CONFIG).divergence(config(CONFIG.replace("336130859", "336130860"))))
                .startsWith("their histories differ from step 1 on: 'ADD a /'");
    }

    @Test
    void aHistoryThatIsLongerIsAnother() throws Exception {
        assertThat(config(CONFIG).divergence(config(CONFIG.replace("[{\"created\"", "[{}, {\"created\""))))
                .isNotEmpty();
        assertThat(config("{\"history\": [{}]}").divergence(config("{}"))).isNotEmpty();
    }

    @Test
    void theTextThatBuildKitMakesUpForAStepWithoutHistoryMayDiffer() throws Exception {
        String pulled = CONFIG.replace("created by buildkit", "pulled from registry/app");

        assertThat(config(CONFIG).divergence(config(pulled))).isEmpty();
        assertThat(config(CONFIG).divergence(config(CONFIG.replace("ADD a", "ADD b")))).isNotEmpty();
        assertThat(config(CONFIG).divergence(config(pulled.replace("\"2026-11-24T00:22:01.427043321Z\", \"created_by",
                "\"2026-11-24T00:22:01.427043399Z\", \"created_by")))).isNotEmpty();
    }

    @Test
    void namesTheFieldsThatDifferButLayersAndHistory() throws Exception {
        ImageConfig other = config(
                CONFIG.replace("sha256:1", "sha256:2").replace("A=b", "A=c").replace("amd64", "arm64"));

        assertThat(config(CONFIG).differingFields(other)).containsExactly("architecture", "config");
        assertThat(config(CONFIG).differingFields(config(CONFIG.replace("sha256:1", "sha256:2")))).isEmpty();
    }

    @Test
    void refusesWhatIsNoJson() {
        assertThatThrownBy(() -> config("nonsense")).isInstanceOf(UnprovableException.class)
                .hasMessage("the config is not JSON");
        assertThatThrownBy(() -> config("[]")).isInstanceOf(UnprovableException.class);
    }

    private static ImageConfig config(String json) throws UnprovableException {
        return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8), "the config");
    }
}
