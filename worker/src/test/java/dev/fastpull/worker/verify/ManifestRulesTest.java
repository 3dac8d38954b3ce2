package dev.fastpull.worker.verify;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** On manifests that BuildKit 0.32.2 pushed. */
class ManifestRulesTest {
    private static final String OCI = """
            {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
             "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 750,
               "digest": "sha256:50cd0ecd29839e5cd3b27cce92ca01dc78a04ec8f55414405ec06c0947f5d7f3"},
             "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": 3007036,
               "digest": "sha256:44f1ccac2eb981569f0c6569a16439d415ddd14c4fbe8e8bc907e44419a5499e"}]}""";
    private static final String NYDUS = """
            {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
             "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 824,
               "digest": "sha256:8c1d66ddf295a4a47abd89c55b7043572f9ccfdf274bd29e878bab6bd108d014"},
             "layers": [{"mediaType": "application/vnd.oci.image.layer.nydus.blob.v1", "size": 3009179,
               "digest": "sha256:88755a6d4b45f7508317096e5acb4d560761bffbb488e3d76bc777ab587af8fa",
               "annotations": {"containerd.io/snapshot/nydus-blob": "true"}},
              {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": 1667,
               "digest": "sha256:a39aadaee2eb15bec8efb3f78728c5832e60698c79e6d8038f54d853cb72cc1b",
               "annotations": {"containerd.io/snapshot/nydus-bootstrap": "true"}}]}""";
    private static final Digest BLOB = new Digest("88755a6d4b45f7508317096e5acb4d560761bffbb488e3d76bc777ab587af8fa");

    @Test
    void acceptsWhatTheExporterMakes() {
        assertThatCode(() -> ManifestRules.checkOci(parse(OCI), LayerCompression.GZIP)).doesNotThrowAnyException();
        assertThatCode(() -> ManifestRules.checkNydus(parse(NYDUS), parse(OCI))).doesNotThrowAnyException();
        assertThatCode(() -> ManifestRules.checkNamedBlobs(List.of(BLOB), parse(NYDUS))).doesNotThrowAnyException();
    }

    @Test
    void refusesNydusLayersInTheOciImage() {
        refused(() -> ManifestRules.checkOci(parse(NYDUS), LayerCompression.GZIP), "instead of");
        refused(() -> ManifestRules.checkOci(parse(OCI), LayerCompression.ZSTD), "tar+zstd");
    }

    @Test
    void refusesANydusImageThatIsNone() {
        refused(() -> ManifestRules.checkNydus(parse(OCI), parse(OCI)), "has 1 layers");
        refused(() -> ManifestRules.checkNydus(parse(NYDUS.replace("nydus-blob\"", "other\"")), parse(OCI)),
                "is no Nydus blob");
        refused(() -> ManifestRules.checkNydus(parse(NYDUS.replace("nydus-bootstrap", "other")), parse(OCI)),
                "is no bootstrap");
        refused(() -> ManifestRules.checkNydus(parse(NYDUS.replace("nydus.blob.v1", "tar")), parse(OCI)),
                "is no Nydus blob");
    }

    @Test
    void refusesBlobsThatAreNotTheManifests() {
        Digest other = new Digest("0".repeat(64));
        refused(() -> ManifestRules.checkNamedBlobs(List.of(BLOB, other), parse(NYDUS)), "does not have");
        refused(() -> ManifestRules.checkAllNamed(List.of(), parse(NYDUS), List.of(true)), "does not name");
        assertThatCode(() -> ManifestRules.checkAllNamed(List.of(), parse(NYDUS), List.of(false)))
                .as("a layer without data").doesNotThrowAnyException();
    }

    @Test
    void refusesWhatIsNoManifest() {
        refused(() -> parse("{\"manifests\": []}"), "not the manifest of one image");
        refused(() -> parse(OCI.replace("sha256:44", "sha512:44")), "SHA-256");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(UnprovableException.class).hasMessageContaining(message);
    }

    private static ImageManifest parse(String json) throws UnprovableException {
        return ImageManifest.parse(json.getBytes(StandardCharsets.UTF_8), "it");
    }
}
