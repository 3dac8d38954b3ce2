package dev.fastpull.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fastpull.messages.Digest;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.worker.registry.ClientTimeouts;
import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistryClient;
import dev.fastpull.worker.registry.RegistryConfig;
import dev.fastpull.worker.registry.RegistryException;
import dev.fastpull.worker.registry.RegistrySession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
    private static final byte[] OLD = "{\"old\":1}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NYDUS = "{\"nydus\":1}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OCI = "{\"oci\":1}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER_NYDUS = "{\"nydus\":2}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER_OCI = "{\"oci\":2}".getBytes(StandardCharsets.UTF_8);

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

        assertThat(publish()).isFalse();

        assertThat(registry.puts()).containsExactly("v1-fastpull", "v1");
        assertThat(registry.named("v1")).isEqualTo(TagsOnly.digest(OCI));
        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(NYDUS));
    }

    @Test
    void aTagThatNamesTheImageAlreadyIsLeftAlone() throws Exception {
        registry.tag("v1", OCI);
        registry.tag("v1-fastpull", NYDUS);
        registry.refuse(_ -> true);

        assertThat(publish()).isFalse();

        assertThat(registry.puts()).isEmpty();
    }

    @Test
    void whereTheSecondDoesNotMoveTheFirstIsPutBack() throws Exception {
        registry.tag("v1", OLD);
        registry.tag("v1-fastpull", OLD);
        registry.refuse("v1"::equals);

        assertThat(refused().undo()).isTrue();

        assertThat(registry.named("v1")).isEqualTo(TagsOnly.digest(OLD));
        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(OLD));
    }

    @Test
    void whereTheFirstDoesNotMoveNoneDoes() throws Exception {
        registry.tag("v1", OLD);
        registry.refuse("v1-fastpull"::equals);

        assertThat(refused().undo()).isTrue();

        assertThat(registry.puts()).containsExactly("v1-fastpull");
        assertThat(registry.named("v1")).isEqualTo(TagsOnly.digest(OLD));
    }

    @Test
    void aTagThatDidNotExistBeforeCannotBePutBack() throws Exception {
        registry.refuse("v1"::equals);

        assertThat(refused().undo()).isFalse();

        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(NYDUS));
    }

    @Test
    void aMoveThatFailedCanBeTriedAgain() throws Exception {
        registry.tag("v1-fastpull", OLD);
        registry.refuse("v1"::equals);
        Publisher publisher = refused();
        registry.refuse(_ -> false);

        publisher.move();

        assertThat(publisher.settle()).isFalse();
        assertThat(registry.puts()).containsExactly("v1-fastpull", "v1", "v1");
    }

    @Test
    void whatMovedWithoutAnAnswerIsPutBackToo() throws Exception {
        registry.tag("v1", OLD);
        registry.tag("v1-fastpull", OLD);
        registry.takeWithoutAnswer("v1"::equals);
        Publisher publisher = refused();
        registry.takeWithoutAnswer(_ -> false);

        assertThat(publisher.undo()).isTrue();

        assertPair(OLD, OLD);
    }

    @Test
    void whatAnotherBuildHasMovedSinceIsNotPutBack() throws Exception {
        registry.tag("v1-fastpull", OLD);
        registry.refuse("v1"::equals);
        Publisher publisher = refused();
        registry.tag("v1-fastpull", OTHER_NYDUS);

        assertThat(publisher.undo()).isTrue();

        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(OTHER_NYDUS));
    }

    @Test
    void whoeverMovedThePlainTagLastHasThePair() throws Exception {
        Publisher publisher = publisher(() -> {});
        publisher.move();
        registry.tag("v1-fastpull", OTHER_NYDUS);
        registry.tag("v1", OTHER_OCI);

        assertThat(publisher.settle()).isTrue();

        assertPair(OTHER_OCI, OTHER_NYDUS);
    }

    @Test
    void anothersTwinBesideOurPlainTagIsReplaced() throws Exception {
        Publisher publisher = publisher(() -> {});
        publisher.move();
        registry.tag("v1-fastpull", OTHER_NYDUS);

        assertThat(publisher.settle()).isFalse();

        assertPair(OCI, NYDUS);
    }

    @Test
    void ourTwinBesideAnothersPlainTagIsLeftToThatOne() throws Exception {
        Publisher publisher = publisher(() -> {});
        publisher.move();
        registry.tag("v1", OTHER_OCI);

        assertThat(publisher.settle()).isTrue();

        assertPair(OTHER_OCI, NYDUS);
    }

    @Test
    void aTwinThatWasMendedTooLateIsFollowedByThePlainTag() throws Exception {
        Publisher publisher = publisher(() -> {});
        publisher.move();
        registry.tag("v1-fastpull", OTHER_NYDUS);
        registry.refuse(tag -> {
            // Another pair gets in just before the twin is mended.
            if (registry.puts().size() == 3) {
                registry.tag("v1-fastpull", OTHER_NYDUS);
                registry.tag("v1", OTHER_OCI);
            }
            return false;
        });

        assertThat(publisher.settle()).isFalse();

        assertPair(OCI, NYDUS);
    }

    @Test
    void twoPublishersAtOnceLeaveOnePair() throws Exception {
        for (int i = 0; i < 30; i++) {
            Publisher first = publisher(Thread::yield);
            Publisher second = new Publisher(session(), List.of(pair(OTHER_OCI, OTHER_NYDUS)), Thread::yield);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                threads.invokeAll(List.of(() -> published(first), () -> published(second)));
            }
            boolean isFirst = registry.named("v1").equals(TagsOnly.digest(OCI));
            assertPair(isFirst ? OCI : OTHER_OCI, isFirst ? NYDUS : OTHER_NYDUS);
        }
    }

    @Test
    void nothingMovesOnceTheFenceIsShut() throws Exception {
        var asked = new AtomicInteger();
        Publisher publisher = publisher(() -> {
            if (asked.incrementAndGet() == 2) {
                throw new InterruptedException("another worker has the request");
            }
        });

        assertThatThrownBy(publisher::move).isInstanceOf(InterruptedException.class);

        assertThat(registry.puts()).containsExactly("v1-fastpull");
    }

    @Test
    void aPutThatCameTooLateIsFollowedByItsTwinThoughTheFenceIsShut() throws Exception {
        var shut = new AtomicBoolean();
        Publisher publisher = publisher(() -> {
            if (shut.get()) {
                throw new InterruptedException("another worker has the request");
            }
        });
        registry.refuse(tag -> {
            // The plain tag's PUT lay in the network, while another build published its pair.
            if (tag.equals("v1")) {
                registry.tag("v1-fastpull", OTHER_NYDUS);
                registry.tag("v1", OTHER_OCI);
                shut.set(true);
            }
            return false;
        });
        publisher.move();

        assertThat(publisher.settle()).isFalse();

        assertPair(OCI, NYDUS);
    }

    /** {@return whether the pair that was published is superseded} */
    private boolean publish() throws Exception {
        return published(publisher(() -> {}));
    }

    private static boolean published(Publisher publisher) throws Exception {
        publisher.move();
        return publisher.settle();
    }

    /** {@return a publisher that could not move all its tags} */
    private Publisher refused() throws Exception {
        Publisher publisher = publisher(() -> {});
        assertThatThrownBy(publisher::move).isInstanceOf(RegistryException.class);
        return publisher;
    }

    private Publisher publisher(Fence fence) throws Exception {
        return new Publisher(session(), List.of(pair(OCI, NYDUS)), fence);
    }

    private RegistrySession session() throws Exception {
        return client.open(registry.host(), DockerConfig.read(Map.of(), home));
    }

    private TagPair pair(byte[] oci, byte[] nydus) {
        return new TagPair(new TagMove(new ImageReference(registry.host(), "app", "v1-fastpull"), manifest(nydus)),
                new TagMove(new ImageReference(registry.host(), "app", "v1"), manifest(oci)));
    }

    private void assertPair(byte[] oci, byte[] nydus) {
        assertThat(registry.named("v1")).isEqualTo(TagsOnly.digest(oci));
        assertThat(registry.named("v1-fastpull")).isEqualTo(TagsOnly.digest(nydus));
    }

    private static Manifest manifest(byte[] bytes) {
        return new Manifest(bytes, "application/vnd.oci.image.manifest.v1+json",
                Digest.parse(TagsOnly.digest(bytes)).orElseThrow());
    }
}
