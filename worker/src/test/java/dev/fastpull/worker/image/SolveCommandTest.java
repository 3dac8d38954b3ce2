package dev.fastpull.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SolveCommandTest {
    private static final ImageReference IMAGE = new ImageReference("localhost:5000", "team/app", "v1");

    @Test
    void theSimplestBuildNamesNothingButItsFiles() {
        assertThat(SolveCommand.arguments(spec(Map.of(), Map.of(), false, null), Format.OCI, true, null))
                .containsExactly(
                        "build", "--progress=rawjson", "--frontend", "dockerfile.v0",
                        "--local", "context=/c", "--local", "dockerfile=/d", "--opt", "filename=Dockerfile",
                        "--output", "type=image,name=localhost:5000/team/app,push=true,push-by-digest=true,"
                                + "compression=gzip,force-compression=true,oci-mediatypes=true",
                        "--metadata-file", "/w/metadata-oci.json");
    }

    @Test
    void bothSolvesForceTheirCompression() {
        assertThat(SolveCommand.arguments(spec(Map.of(), Map.of(), false, null), Format.NYDUS, false, null))
                .contains("type=image,name=localhost:5000/team/app,push=true,push-by-digest=true,"
                        + "compression=nydus,force-compression=true,oci-mediatypes=true");
    }

    @Test
    void onlyTheFirstSolveIgnoresTheCacheAndExportsIt() {
        var spec = spec(Map.of(), Map.of(), true, IMAGE.withTag("cache"));
        assertThat(SolveCommand.arguments(spec, Format.OCI, true, null))
                .contains("--no-cache", "--export-cache", "type=registry,mode=max,ref=localhost:5000/team/app:cache");
        assertThat(SolveCommand.arguments(spec, Format.NYDUS, false, null)).doesNotContain("--no-cache",
                "--export-cache");
    }

    @Test
    void valuesStayOneArgumentWhateverTheyHold() {
        var arguments = SolveCommand.arguments(
                spec(Map.of("A", "x --output type=local,dest=/etc\n=y"), Map.of("s", Path.of("/a,b\"c")), false, null),
                Format.OCI, true, null);
        assertThat(arguments).containsSequence("--opt", "build-arg:A=x --output type=local,dest=/etc\n=y");
        assertThat(arguments).containsSequence("--secret", "id=s,\"src=/a,b\"\"c\"");
        assertThat(arguments.stream().filter("--output"::equals)).hasSize(1);
    }

    private static SolveSpec spec(Map<String, String> buildArgs, Map<String, Path> secrets, boolean noCache,
            @org.jspecify.annotations.Nullable ImageReference cacheTo) {
        return new SolveSpec(IMAGE, Path.of("/c"), Path.of("/d"), "Dockerfile", null, buildArgs, Map.of(), null,
                secrets,
                noCache, List.of(), cacheTo, Compression.GZIP, Path.of("/k"), Path.of("/w"));
    }
}
