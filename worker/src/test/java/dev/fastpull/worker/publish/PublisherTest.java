package dev.fastpull.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.registry.ClientTimeouts;
import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistryClient;
import dev.fastpull.worker.registry.RegistryConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
    private static final byte[] OLD = "{\"old\":1}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NYDUS = "{\"nydus\":1}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OCI = "{\"oci\":1}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path home = Path.of(".");
    private TagsOnly registry;
    private RegistryClient client;

    @BeforeEach
    void start() throws IOException {
        registry = new TagsOnly();
        client = new RegistryClient(RegistryConfig.defaults(), new ClientTimeouts(Duration.ofSeconds(5),
                Duration.ofSeconds(5), Duration.ofSeconds(5), 1, Duration.ZERO), Clock.systemUTC());
    }

    @AfterEach
    void end() {
        client.close();
        registry.close();
    }

    @Test
    void tagsMoveInTheOrderGiven() throws Exception {
        registry.tag("v1", OLD);

        assertThat(publish()).isEqualTo(new Publication.Moved(false));

        assertThat(registry.puts()).containsExactly("v1-fastpull", "v1");
        assertThat(registry.named("v1")).isEqualTo(TagsOnly.digest(OCI));
        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(NYDUS));
    }

    @Test
    void aTagThatNamesTheImageAlreadyIsLeftAlone() throws Exception {
        registry.tag("v1", OCI);
        registry.tag("v1-fastpull", NYDUS);
        registry.refuse(_ -> true);

        assertThat(publish()).isEqualTo(new Publication.Moved(false));

        assertThat(registry.puts()).isEmpty();
    }

    @Test
    void whereTheSecondDoesNotMoveTheFirstIsPutBack() throws Exception {
        registry.tag("v1", OLD);
        registry.tag("v1-fastpull", OLD);
        registry.refuse("v1"::equals);

        assertThat(publish()).isInstanceOfSatisfying(Publication.Refused.class, refused -> {
            assertThat(refused.undone()).isTrue();
            assertThat(refused.tag()).endsWith("app:v1");
        });

        assertThat(registry.named("v1")).isEqualTo(TagsOnly.digest(OLD));
        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(OLD));
    }

    @Test
    void whereTheFirstDoesNotMoveNoneDoes() throws Exception {
        registry.tag("v1", OLD);
        registry.refuse("v1-fastpull"::equals);

        assertThat(publish()).isInstanceOfSatisfying(Publication.Refused.class,
                refused -> assertThat(refused.undone()).isTrue());

        assertThat(registry.puts()).containsExactly("v1-fastpull");
        assertThat(registry.named("v1")).isEqualTo(TagsOnly.digest(OLD));
    }

    @Test
    void aTagThatDidNotExistBeforeCannotBePutBack() throws Exception {
        registry.refuse("v1"::equals);

        assertThat(publish()).isInstanceOfSatisfying(Publication.Refused.class,
                refused -> assertThat(refused.undone()).isFalse());

        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(NYDUS));
    }

    @Test
    void aTagThatMovesOnMeanwhileIsSaidToBeSuperseded() throws Exception {
        registry.refuse(tag -> {
            if (tag.equals("v1")) {
                registry.tag("v1-fastpull", OLD);
            }
            return false;
        });

        assertThat(publish()).isEqualTo(new Publication.Moved(true));
    }

    private Publication publish() throws Exception {
        DockerConfig nobody = DockerConfig.read(Map.of(), home);
        return new Publisher(client.open(registry.host(), nobody)).publish(List.of(
                new TagMove(new ImageReference(registry.host(), "app", "v1-fastpull"), manifest(NYDUS)),
                new TagMove(new ImageReference(registry.host(), "app", "v1"), manifest(OCI))));
    }

    private static Manifest manifest(byte[] bytes) {
        return new Manifest(bytes, "application/vnd.oci.image.manifest.v1+json",
                Digest.parse(TagsOnly.digest(bytes)).orElseThrow());
    }
}
