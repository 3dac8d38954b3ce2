package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.VerifyLevel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that was wanted without its twin must still be of the kind that was wanted. */
class LoneImageTest {
    private static final String BLOB = layer(ManifestRules.NYDUS_BLOB, "a", ManifestRules.BLOB_MARK);
    private static final String BOOTSTRAP = layer(LayerCompression.GZIP.mediaType(), "b",
            ManifestRules.BOOTSTRAP_MARK);

    @TempDir
    private Path folder = Path.of(".");
    private PairVerifier verifier;

    @BeforeEach
    void start() throws IOException {
        verifier = new PairVerifier((_, _) -> new NydusImage.Exit(0, ""),
                new ListingCache(folder.resolve("cache"), 1 << 20, Clock.systemUTC()), folder.resolve("work"), 1);
    }

    @AfterEach
    void end() {
        verifier.close();
    }

    @Test
    void anOciImageHasTheLayersThatWereAskedFor() {
        byte[] gzip = manifest(layer(LayerCompression.GZIP.mediaType(), "a", "none"));
        assertThat(verifier.verifyOci(gzip, LayerCompression.GZIP))
                .isEqualTo(new Verdict.Equal(VerifyLevel.STRUCTURE, 0));
        assertBroken(verifier.verifyOci(gzip, LayerCompression.ZSTD)).contains("tar+zstd");
        assertBroken(verifier.verifyOci(manifest(BLOB), LayerCompression.GZIP)).contains(ManifestRules.NYDUS_BLOB);
    }

    @Test
    void aNydusImageHasBlobsAndThenABootstrap() throws Exception {
        assertBroken(verifier.verifyNydus(manifest(""), new NoBlobs())).contains("no layers");
        assertBroken(verifier.verifyNydus(manifest(layer(LayerCompression.GZIP.mediaType(), "a", "none")),
                new NoBlobs())).contains("no bootstrap");
        assertBroken(verifier.verifyNydus(manifest(BOOTSTRAP + "," + BOOTSTRAP), new NoBlobs()))
                .contains("no Nydus blob");
    }

    @Test
    void itsBlobsAreInTheRegistry() throws Exception {
        assertBroken(verifier.verifyNydus(manifest(BLOB + "," + BOOTSTRAP), new NoBlobs()))
                .contains("does not have the layer");
    }

    private static AbstractStringAssert<?> assertBroken(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Broken.class);
        return assertThat(((Verdict.Broken) verdict).reason());
    }

    private static byte[] manifest(String layers) {
        return ("{\"schemaVersion\": 2, \"config\": " + layer("application/vnd.oci.image.config.v1+json", "c", "none")
                + ", \"layers\": [" + layers + "]}").getBytes(StandardCharsets.UTF_8);
    }

    private static String layer(String mediaType, String digit, String mark) {
        return "{\"mediaType\": \"" + mediaType + "\", \"digest\": \"sha256:" + digit.repeat(64)
                + "\", \"size\": 1, \"annotations\": {\"" + mark + "\": \"true\"}}";
    }

    /** A repository that holds nothing. */
    private record NoBlobs() implements BlobSource {
        @Override
        public InputStream open(Digest digest) throws IOException {
            throw new IOException("there is no " + digest);
        }

        @Override
        public boolean exists(Digest digest) {
            return false;
        }
    }
}
