package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    @Test
    void namesBothImagesOfAPair() {
        var image = ImageReference.parse("registry.example.com:5000/team/app:v1");

        assertThat(image.forFormat(Format.OCI)).hasToString("registry.example.com:5000/team/app:v1");
        assertThat(image.forFormat(Format.NYDUS)).hasToString("registry.example.com:5000/team/app:v1-fastpull");
        assertThat(image.name()).isEqualTo("registry.example.com:5000/team/app");
    }

    @ParameterizedTest
    @CsvSource({"app, docker.io/library/app:latest", "app:1, docker.io/library/app:1",
            "team/app, docker.io/team/app:latest", "docker.io/app, docker.io/library/app:latest",
            "index.docker.io/app:2, docker.io/library/app:2", "localhost/app, localhost/app:latest",
            "localhost:5000/app, localhost:5000/app:latest", "[::1]:5000/x, [::1]:5000/x:latest",
            "[2001:db8::1]/a/b:c, [2001:db8::1]/a/b:c", "REGISTRY.example.com/app, REGISTRY.example.com/app:latest"})
    void isReadIntoItsNormalForm(String text, String normal) {
        var image = ImageReference.parse(text);

        assertThat(image).hasToString(normal);
        assertThat(ImageReference.parse(normal)).isEqualTo(image);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"host.example/Team/app:v1 | must be lower case; write \"team/app\"",
                    "host.example/app@sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff | no tag to add",
                    "host.example/app:v1@sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff | no tag to add",
                    "https://host.example/app | without the scheme",
                    "me:hunter2@host.example/app | credentials never belong",
                    "host.example/app:a b | white space", "host.example:99999/app | ports are 1 to 65535",
                    "host.example:0/app | ports are 1 to 65535", "[1:2]/app | no IPv6 address",
                    "host.example/app,name=other | names the repository", "host.example/app:-x | has the tag",
                    "host.example/app: | has the tag", "ho_st.example/app | which is no host", "'' | is empty"})
    void isRefusedWithAReason(String text, String reason) {
        assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(reason).message().doesNotContain("hunter2");
    }

    @Test
    void leavesRoomForTheSuffixOfTheTwin() {
        String longest = "t".repeat(119);

        assertThat(ImageReference.parse("a.b/app:" + longest).forFormat(Format.NYDUS).tag()).hasSize(128);
        assertThatThrownBy(() -> ImageReference.parse("a.b/app:t" + longest)).hasMessageContaining("119 is the most");
        assertThat(ImageReference.parseSingle("a.b/app:" + "t".repeat(128)).tag()).hasSize(128);
        assertThatThrownBy(() -> ImageReference.parseSingle("a.b/app:" + "t".repeat(129)))
                .hasMessageContaining("128 is the most");
    }

    @Test
    void isSoonDoneWithAVeryLongText() {
        assertThatThrownBy(() -> ImageReference.parse("a".repeat(1_000_000)))
                .hasMessageContaining("1000000 characters");
        assertThatThrownBy(() -> ImageReference.parse("a-".repeat(500) + "!"))
                .isInstanceOf(InvalidValueException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry", "index.docker.io", "docker.io", "a b", ""})
    void cannotBeMadeOutOfNormalForm(String registry) {
        assertThatThrownBy(() -> new ImageReference(registry, "app", "v1")).isInstanceOf(InvalidValueException.class);
    }
}
