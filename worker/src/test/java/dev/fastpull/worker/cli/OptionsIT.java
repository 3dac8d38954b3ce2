package dev.fastpull.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildReport.Published;
import dev.fastpull.messages.BuildReport.Steps;
import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.testing.Act;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What requests can ask for, looked at in the registry. */
class OptionsIT {
    private static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String NYDUS_BLOB = "application/vnd.oci.image.layer.nydus.blob.v1";
    private static final String RUN_AT = "FROM scratch\nCOPY act /\nRUN [\"/act\", \"time\", \"/at\"]\n";

    /** The same in one layer, which nydus-image can unpack. */
    private static final String IN_ONE_LAYER = RUN_AT.replace("FROM scratch", "FROM scratch AS made")
            + "FROM scratch\nCOPY --from=made /act /at /\n";

    @TempDir
    static Path folder;

    private static RunningWorker worker;

    @BeforeAll
    static void start() throws Exception {
        worker = RunningWorker.start(folder);
    }

    @AfterAll
    static void end() throws Exception {
        worker.close();
    }

    private static List<String> layerTypes(String image) throws Exception {
        return worker.crane().manifest(image).path("layers").findValuesAsText("mediaType");
    }

    @Test
    void thePairIsOneImageInTwoForms() throws Exception {
        CompletionEvent event = worker.succeeds(worker.request("pair", RUN_AT).build()).event();
        String oci = worker.image("pair", "v1");
        String nydus = worker.image("pair", "v1-fastpull");
        assertThat(event.report().images()).extracting(BuiltImage::reference).containsExactly(oci, nydus);
        for (BuiltImage image : event.report().images()) {
            JsonNode manifest = worker.crane().manifest(image.reference());
            assertThat(worker.crane().digest(image.reference())).isEqualTo(image.digest().toString());
            assertThat(manifest.path("mediaType").asText()).isEqualTo(image.mediaType());
            assertThat(manifest.path("config").path("digest").asText()).isEqualTo(image.configDigest().toString());
            assertThat(manifest.path("layers")).hasSize(image.layerCount());
            assertThat(manifest.path("layers").findValues("size").stream().mapToLong(JsonNode::asLong).sum())
                    .isEqualTo(image.sizeBytes());
        }
        assertThat(layerTypes(oci)).containsExactly(OCI_LAYER + "+gzip", OCI_LAYER + "+gzip");
        assertThat(layerTypes(nydus)).containsExactly(NYDUS_BLOB, NYDUS_BLOB, OCI_LAYER + "+gzip");
        assertThat(worker.crane().config(nydus).path("history")).isEqualTo(worker.crane().config(oci).path("history"));
    }

    @Test
    void aFileIsTheSameInBothImages() throws Exception {
        worker.succeeds(worker.request("files", IN_ONE_LAYER).build());
        for (String path : List.of("at", "act")) {
            assertThat(NydusFiles.read(worker, worker.image("files", "v1-fastpull"), path))
                    .isEqualTo(worker.file(worker.image("files", "v1"), path)).isNotEmpty();
        }
        assertThat(worker.file(worker.image("files", "v1"), "act")).isEqualTo(Act.program());
    }

    @ParameterizedTest
    @CsvSource({"OCI, v1", "NYDUS, v1-fastpull"})
    void oneFormAlone(Format format, String tag) throws Exception {
        String repository = "only-" + format.label();
        CompletionEvent event = worker.succeeds(worker.request(repository, RUN_AT).formats(Set.of(format)).build())
                .event();
        assertThat(event.report().images()).extracting(BuiltImage::reference)
                .containsExactly(worker.image(repository, tag));
        assertThat(event.report().published()).isEqualTo(Published.ALL);
        assertThat(worker.crane().tags(worker.registry().host() + "/" + repository)).containsOnlyKeys(tag);
        assertThat(layerTypes(worker.image(repository, tag)).getFirst())
                .isEqualTo(format == Format.OCI ? OCI_LAYER + "+gzip" : NYDUS_BLOB);
    }

    @Test
    void moreTagsForTheSamePair() throws Exception {
        List<BuiltImage> images = worker.succeeds(worker.request("tags", RUN_AT).extraTags("latest", "1.2").build())
                .event().report().images();
        String oci = images.getFirst().digest().toString();
        String nydus = images.getLast().digest().toString();
        assertThat(worker.crane().tags(worker.registry().host() + "/tags")).isEqualTo(Map.of("v1", oci, "latest", oci,
                "1.2", oci, "v1-fastpull", nydus, "latest-fastpull", nydus, "1.2-fastpull", nydus));
    }

    @Test
    void noCacheRunsEveryStepAnewAndOnce() throws Exception {
        String image = worker.image("anew", "v1");
        worker.succeeds(worker.request("anew", IN_ONE_LAYER).build());
        byte[] first = worker.file(image, "at");
        CompletionEvent cached = worker.succeeds(worker.request("anew", IN_ONE_LAYER).build()).event();
        assertThat(worker.file(image, "at")).isEqualTo(first);
        assertThat(cached.report().steps()).isNotNull()
                .satisfies(steps -> assertThat(steps.cached()).isEqualTo(steps.total()));
        worker.succeeds(worker.request("anew", IN_ONE_LAYER).noCache(true).build());
        assertThat(worker.file(image, "at")).isNotEqualTo(first);
        assertThat(NydusFiles.read(worker, worker.image("anew", "v1-fastpull"), "at"))
                .isEqualTo(worker.file(image, "at"));
    }

    @Test
    void argumentsTargetAndLabels() throws Exception {
        worker.succeeds(worker.request("stage", """
                FROM scratch AS wanted
                COPY act /
                ARG WORD=default
                RUN ["/act", "write", "/stage", "wanted"]
                ENV WORD=${WORD}
                FROM wanted
                RUN ["/act", "exit", "1"]
                """).target("wanted").buildArg("WORD", "a b,c=\"d\"").label("org.example.team", "x=y, z").build());
        for (String tag : List.of("v1", "v1-fastpull")) {
            JsonNode config = worker.crane().config(worker.image("stage", tag)).path("config");
            assertThat(config.path("Env").toString()).contains("WORD=a b,c=\\\"d\\\"");
            assertThat(config.path("Labels").path("org.example.team").asText()).isEqualTo("x=y, z");
        }
        assertThat(worker.file(worker.image("stage", "v1"), "stage")).asString().isEqualTo("wanted\n");
    }

    @Test
    void zstdInsteadOfGzip() throws Exception {
        worker.succeeds(worker.request("zstd", RUN_AT).compression(Compression.ZSTD).build());
        assertThat(layerTypes(worker.image("zstd", "v1"))).containsOnly(OCI_LAYER + "+zstd");
        assertThat(layerTypes(worker.image("zstd", "v1-fastpull"))).startsWith(NYDUS_BLOB, NYDUS_BLOB);
    }

    /** The second worker has a BuildKit that has built nothing yet. */
    @Test
    void aCacheInTheRegistrySparesAnotherWorkerTheSteps() throws Exception {
        String cache = worker.image("cache", "main");
        worker.succeeds(worker.request("mine", RUN_AT).cacheTo(cache).build());
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (RunningWorker other = RunningWorker.start(elsewhere, worker.registry(), ContextConfig.defaults(),
                Map.of())) {
            CompletionEvent event = other.succeeds(other.request("theirs", RUN_AT).cacheFrom(cache).build()).event();
            assertThat(event.report().steps()).isInstanceOfSatisfying(Steps.class,
                    steps -> assertThat(steps.cached()).isGreaterThanOrEqualTo(steps.total() - 1));
            assertThat(other.file(other.image("theirs", "v1"), "at"))
                    .isEqualTo(worker.file(worker.image("mine", "v1"), "at"));
        }
    }

    /** A cache is a help, not a need. */
    @Test
    void aCacheThatIsNotThereIsNoFailure() throws Exception {
        worker.succeeds(worker.request("uncached", RUN_AT).cacheFrom(worker.image("no-cache", "main")).build());
    }

    @ParameterizedTest
    @EnumSource(value = VerifyLevel.class, mode = EnumSource.Mode.EXCLUDE, names = "FULL")
    void theEventSaysHowCloselyTheImagesWereCompared(VerifyLevel level) throws Exception {
        Ended ended = worker.succeeds(worker.request("verify", RUN_AT).verify(level).build());
        assertThat(ended.event().report().verification()).isInstanceOfSatisfying(Verification.class, verification -> {
            assertThat(verification.level()).isEqualTo(level);
            assertThat(verification.result()).isEqualTo(level == VerifyLevel.NONE
                    ? Verification.Result.SKIPPED
                    : Verification.Result.EQUAL);
            assertThat(verification.filesCompared() > 0).isEqualTo(level == VerifyLevel.CONTENT);
        });
    }

    @Test
    void metadataComesBackAndTheMessageCanBeSelectedBy() throws Exception {
        BuildRequest request = worker.request("metadata", RUN_AT).metadata("ticket", "T-7").metadata("nested",
                Map.of("list", List.of(1L, true, "ü"))).build();
        Ended ended = worker.succeeds(request);
        assertThat(ended.event().report().metadata()).isEqualTo(request.metadata());
        assertThat(ended.correlationId()).isEqualTo(request.requestId());
        assertThat(ended.properties()).containsEntry("cloudEvents_specversion", "1.0")
                .containsEntry("cloudEvents_type", "dev.fastpull.build.succeeded.v1")
                .containsEntry("cloudEvents_source", "urn:fastpull:fastpull.build.requests")
                .containsEntry("cloudEvents_subject", worker.image("metadata", "v1"))
                .containsEntry("cloudEvents_id", ended.event().envelope().id())
                .containsEntry("cloudEvents_time", ended.event().envelope().time().toString())
                .containsEntry("fastpull_status", "succeeded")
                .containsEntry("fastpull_type", "dev.fastpull.build.succeeded.v1")
                .containsEntry("fastpull_repository", worker.registry().host() + "/metadata");
    }

    @Test
    void aSecretThatTheOperatorDoesNotOfferIsNamed() throws Exception {
        assertThat(worker.fails(worker.request("secret", RUN_AT).secret("npm", "npm-token").build(),
                FailureReason.POLICY_DENIED).message()).contains("npm-token");
    }
}
