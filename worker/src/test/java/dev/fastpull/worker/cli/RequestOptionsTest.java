package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.Platform;
import dev.fastpull.messages.RequestBuilder;
import dev.fastpull.messages.VerifyLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RequestOptionsTest {
    private final Mistakes mistakes = new Mistakes();

    private BuildRequest request(String... arguments) {
        return CommandLine.populateCommand(new RequestOptions(), arguments)
                .request(RequestOptionsTest::context, mistakes);
    }

    private static void context(RequestBuilder builder) {
        builder.context("https://example.com/app.tar.gz");
    }

    @Test
    void everyFieldHasItsOption() {
        BuildRequest request = request("-t", "example.com/team/app:v1", "--tag", "example.com/team/app", "-f", "d/File",
                "--build-arg", "A=1=2", "--build-arg", "B=", "--label", "l=x y", "--target", "runtime", "--platform",
                "linux/arm64", "--no-cache", "--cache-from", "example.com/cache:a", "--cache-to", "example.com/cache:b",
                "--formats", "nydus", "--compression", "zstd", "--verify", "structure", "--timeout", "1h30m",
                "--deadline", "2126-12-01T01:00:00+01:00", "--request-id", "r-1", "--metadata", "k=v");
        assertThat(mistakes.all()).isEmpty();
        BuildRequest expected = BuildRequest.builder("r-1", "example.com/team/app:v1").extraTags("latest")
                .context("https://example.com/app.tar.gz").dockerfile("d/File").buildArg("A", "1=2").buildArg("B", "")
                .label("l", "x y").target("runtime").platform(new Platform("linux", "arm64", null)).noCache(true)
                .cacheFrom("example.com/cache:a").cacheTo("example.com/cache:b").formats(Set.of(Format.NYDUS))
                .compression(Compression.ZSTD).verify(VerifyLevel.STRUCTURE).timeout(Duration.ofMinutes(90))
                .deadline(Instant.parse("2126-12-01T00:00:00Z")).metadata("k", "v").build();
        assertThat(request).isEqualTo(expected);
    }

    @Test
    void whatIsNotSaidIsAsTheContractHasIt() {
        BuildRequest request = request("-t", "app");
        assertThat(mistakes.all()).isEmpty();
        assertThat(request).isEqualTo(BuildRequest.of(request.requestId(), "docker.io/library/app:latest",
                "https://example.com/app.tar.gz"));
        assertThat(request.image()).isEqualTo(ImageReference.parse("app"));
    }

    @Test
    void allMistakesAreFoundAtOnceUnderTheNamesOfTheirOptions() {
        request("-t", "UPPER", "-f", "../Dockerfile", "--build-arg", "1 2=3", "--platform", "amd64", "--formats",
                "oci,tar", "--compression", "lz4", "--verify", "maybe", "--timeout", "-5s", "--deadline", "tomorrow",
                "--request-id", "a b", "--cache-to", "x@sha256:1");
        assertThat(mistakes.all()).extracting(mistake -> mistake.split("[ :.]", 2)[0]).containsExactlyInAnyOrder(
                "--tag",
                "--file", "--build-arg", "--platform", "--formats", "--compression", "--verify", "--timeout",
                "--deadline", "--request-id", "--cache-to");
    }

    @Test
    void everyTagMustBeOfTheSameRepository() {
        request("-t", "example.com/a:1", "-t", "example.com/b:1");
        assertThat(mistakes.all()).singleElement().asString().contains("--tag example.com/b:1", "example.com/a");
    }

    @Test
    void aLevelThatIsNotBuiltYetIsRefusedByItsName() {
        request("-t", "app", "--verify", "full");
        assertThat(mistakes.all()).singleElement().asString().startsWith("--verify");
    }
}
