package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestRoundTripTest {

    /** Requests made at random, but the same in every run. */
    private static final class Requests {
        private final Random random;

        Requests(long seed) {
            random = new Random(seed);
        }

        BuildRequest next() {
            var builder = BuildRequest.builder(new UUID(random.nextLong(), random.nextLong()).toString(), image());
            if (random.nextInt(4) == 0) {
                builder.dockerfileInline("FROM " + text(20) + "\nRUN x\n");
            } else {
                builder.context(
                        new BuildRequest.ContextSource("https://" + word(9) + ".example:8443/" + word(5) + "?s=%20",
                                random.nextBoolean() ? null : "0f".repeat(32), random.nextBoolean() ? null : path(),
                                random.nextBoolean() ? null : word(12)));
                builder.dockerfile(path());
            }
            IntStream.range(0, random.nextInt(4)).forEach(i -> builder.extraTags(i + "." + word(20))
                    .buildArg(word(5) + "_" + i, text(30)).label(text(5) + i, text(30)).secret(word(6) + i, word(6))
                    .cacheFrom(image()).metadata(text(8), List.of(i, text(4), Map.of("k", i / 3.0, "b", i > 1))));
            if (random.nextBoolean()) {
                builder.target(word(8)).platform(new Platform("linux", "arm", "v7")).cacheTo(image()).noCache(true)
                        .formats(EnumSet.of(random.nextBoolean() ? Format.OCI : Format.NYDUS))
                        .compression(BuildRequest.Compression.ZSTD).verify(VerifyLevel.NONE)
                        .timeout(Duration.ofMillis(1 + random.nextInt(86_400_000)))
                        .deadline(Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1_000_000_000),
                                random.nextInt(1_000_000_000)));
            }
            return builder.build();
        }

        private String image() {
            return word(6) + ".example:5000/" + word(8) + "/" + word(3) + ":" + word(100);
        }

        private String path() {
            return text(6) + "/" + word(4);
        }

        private String word(int longest) {
            return pick("abcxyz019", 1 + random.nextInt(longest)).replaceFirst("^[0-9]", "q");
        }

        private String text(int longest) {
            return pick("aZ0 ,;\"'{}é€🐳$`|&<>", 1 + random.nextInt(longest)) + "t";
        }

        private String pick(String alphabet, int length) {
            int[] codePoints = alphabet.codePoints().toArray();
            return random.ints(length, 0, codePoints.length).mapToObj(i -> Character.toString(codePoints[i]))
                    .collect(Collectors.joining());
        }
    }

    static List<BuildRequest> requests() {
        var requests = new Requests(20261101);
        return IntStream.range(0, 200).mapToObj(i -> requests.next()).toList();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void comesBackAsItWas(BuildRequest request) {
        String json = MessageCodec.encodeRequest(request);
        BuildRequest back = ((Decoded.Valid) MessageCodec.decodeRequest(json)).request();

        // Java's Integer 1 comes back as Long 1, so metadata is compared as the JSON that it is.
        assertThat(back).usingRecursiveComparison().ignoringFields("metadata").isEqualTo(request);
        assertThat(MessageCodec.encodeRequest(back)).isEqualTo(json);
    }

    @Test
    void isWrittenByAJavaProducerInAFewLines() {
        BuildRequest request = BuildRequest.builder("r-1", "registry.example.com/team/app:v1")
                .context("https://host.example/app.tar.gz").buildArg("VERSION", "1.2").build();

        assertThat(MessageCodec.encodeRequest(request)).isEqualTo("{\"version\":1,\"requestId\":\"r-1\","
                + "\"image\":\"registry.example.com/team/app:v1\","
                + "\"context\":{\"url\":\"https://host.example/app.tar.gz\"},\"dockerfile\":\"Dockerfile\","
                + "\"buildArgs\":{\"VERSION\":\"1.2\"},\"noCache\":false,\"formats\":[\"oci\",\"nydus\"],"
                + "\"compression\":\"gzip\",\"verify\":\"content\"}");
    }

    @Test
    void isNotWrittenWhereItWouldBeRejected() {
        BuildRequest request = BuildRequest.builder("no id", "host.example/app").target("-x").build();

        assertThatThrownBy(() -> MessageCodec.encodeRequest(request))
                .isInstanceOfSatisfying(InvalidRequestException.class,
                        e -> assertThat(e.violations()).extracting(Violation::path).containsExactly("requestId",
                                "context",
                                "target"));
    }
}
