package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.BuildRequest.ContextSource;
import dev.fastpull.messages.BuildRequest.SecretReference;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeRequestTest {
    private static final String HEAD = "{\"version\": 1, \"requestId\": \"r-1\", \"image\": \"host.example/app:v1\"";
    private static final String MINIMAL = HEAD + ", \"context\": {\"url\": \"https://host.example/app.tar.gz\"}";

    private static BuildRequest valid(String json) {
        return assertThat(MessageCodec.decodeRequest(json)).asInstanceOf(type(Decoded.Valid.class)).actual().request();
    }

    private static Decoded.Violating violating(String json) {
        return assertThat(MessageCodec.decodeRequest(json)).asInstanceOf(type(Decoded.Violating.class)).actual();
    }

    /** One more field for a request that is otherwise right; single quotes for double ones. */
    private static String with(String field) {
        return MINIMAL + ", " + field.replace('\'', '"') + "}";
    }

    @Test
    void fillsInTheDefaults() {
        BuildRequest request = valid(MINIMAL + "}");

        assertThat(request).isEqualTo(BuildRequest.of("r-1", "host.example/app:v1", "https://host.example/app.tar.gz"));
        assertThat(request.dockerfile()).isEqualTo("Dockerfile");
        assertThat(request.formats()).containsExactly(Format.OCI, Format.NYDUS);
        assertThat(request.verify()).isEqualTo(VerifyLevel.CONTENT);
        assertThat(request.compression()).isEqualTo(Compression.GZIP);
    }

    @Test
    void readsEveryField() {
        BuildRequest request = valid(
                """
                        {"version": 1, "requestId": "4f6f0c1e-1", "image": "registry.example.com/team/app:v1",
                         "extraTags": ["latest"],
                         "context": {"url": "https://host.example/app.tar.gz?X-Sig=1", "sha256": "%s",
                                     "path": "./services//api/", "credential": "store"},
                         "dockerfile": "docker/Dockerfile.prod", "target": "runtime",
                         "buildArgs": {"VERSION": "1.2", "LINES": "a\\nb\\tc"}, "labels": {"org.example/team": "x=y"},
                         "platform": "linux/arm64", "secrets": [{"id": "npm", "from": "npm-token"}, {"id": "pip"}],
                         "noCache": true, "cacheFrom": ["registry.example.com/cache"], "cacheTo": "registry.example.com/cache:b",
                         "formats": ["nydus"], "compression": "zstd", "verify": "structure", "timeout": "PT30M",
                         "deadline": "2026-12-01T00:00:00Z",
                         "metadata": {"big": 123456789012345678901234567890, "n": 1, "d": 0.5, "l": [true, null, {"k": "v"}]}}
                        """
                        .formatted("sha256:" + "ab".repeat(32)));

        assertThat(request.extraTags()).containsExactly("latest");
        assertThat(request.context()).isEqualTo(new ContextSource("https://host.example/app.tar.gz?X-Sig=1",
                "ab".repeat(32), "services/api", "store"));
        assertThat(request.dockerfile()).isEqualTo("docker/Dockerfile.prod");
        assertThat(request.target()).isEqualTo("runtime");
        assertThat(request.buildArgs()).containsExactly(Map.entry("VERSION", "1.2"), Map.entry("LINES", "a\nb\tc"));
        assertThat(request.labels()).containsEntry("org.example/team", "x=y");
        assertThat(request.platform()).isEqualTo(new Platform("linux", "arm64", null));
        assertThat(request.secrets()).containsExactly(new SecretReference("npm", "npm-token"),
                new SecretReference("pip", "pip"));
        assertThat(request.noCache()).isTrue();
        assertThat(request.cacheFrom()).extracting(ImageReference::tag).containsExactly("latest");
        assertThat(request.cacheTo()).hasToString("registry.example.com/cache:b");
        assertThat(request.formats()).containsExactly(Format.NYDUS);
        assertThat(request.compression()).isEqualTo(Compression.ZSTD);
        assertThat(request.verify()).isEqualTo(VerifyLevel.STRUCTURE);
        assertThat(request.timeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(request.deadline()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(request.metadata()).containsEntry("big", new BigDecimal("123456789012345678901234567890"))
                .containsEntry("n", 1L).containsEntry("d", 0.5).containsKey("l");
    }

    @Test
    void takesAnInlineDockerfileWithoutContext() {
        assertThat(valid(HEAD + ", \"dockerfileInline\": \"FROM scratch\\n\", \"context\": null}").context()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'context': {'url': 'file:///srv/app.tar'}", "'cacheTo': null", "'timeout': 'P1D'",
                    "'context': {'url': 'http://[::1]:8080/a?b=c'}",
                    "'context': {'url': 'https://u:p@host.example/a', 'path': '.'}",
                    "'deadline': '2026-12-01T00:00:00.5+02:00'", "'labels': {'a b': ''}",
                    "'metadata': {'a': {'b': [1e400]}}"})
    void accepts(String field) {
        String json = field.contains("'context'") ? HEAD + ", " + field.replace('\'', '"') + "}" : with(field);

        assertThat(valid(json).requestId()).isEqualTo("r-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                    "'imgae': 'x' | imgae | did you mean \"image\"?",
                    "'build_args': {} | build_args | did you mean \"buildArgs\"?",
                    "'colour': 1 | colour | is not a field of version 1 of the contract",
                    "'extraTags': ['a', 'a'] | extraTags | which the image or another extra tag has already",
                    "'extraTags': ['v1'] | extraTags | \"v1\"",
                    "'extraTags': ['v1-fastpull'] | extraTags | \"v1-fastpull\"",
                    "'extraTags': ['x/y'] | extraTags[0] | has the tag",
                    "'extraTags': 'a' | extraTags | must be a list",
                    "'extraTags': ['a', 1] | extraTags[1] | must be a string",
                    "'dockerfile': '../x' | dockerfile | must not lead out",
                    "'dockerfile': '/x' | dockerfile | relative",
                    "'dockerfile': 'a\\\\b' | dockerfile | backslashes",
                    "'dockerfile': 'a/' | dockerfile | names a folder",
                    "'dockerfile': 'a\\nb' | dockerfile | control characters",
                    "'dockerfile': 'D', 'dockerfileInline': 'FROM x' | dockerfileInline | takes the place of dockerfile",
                    "'dockerfileInline': ' ' | dockerfileInline | is empty",
                    "'target': '-x' | target | must be letters", "'target': 'a,b' | target | must be letters",
                    "'buildArgs': {'1A': 'x'} | buildArgs.1A | beginning with no digit",
                    "'buildArgs': {'A': 1} | buildArgs.A | must be a string",
                    "'buildArgs': {'A': 'x\\u0000'} | buildArgs.A | control character",
                    "'labels': {'a=b': 'x'} | labels.a=b | no =", "'labels': {'': 'x'} | labels. | is no name",
                    "'labels': {'a\\n': 'x'} | labels.a? | control character",
                    "'platform': 'linux' | platform | as linux/amd64", "'secrets': [{}] | secrets[0].id | is required",
                    "'secrets': [{'id': 'a', 'src': 'x'}] | secrets[0].src | is not a field",
                    "'secrets': [{'id': '../a'}] | secrets[0].id | must be letters",
                    "'secrets': [{'id': 'a'}, {'id': 'a'}] | secrets[1].id | another secret's",
                    "'secrets': ['a'] | secrets[0] | must be an object", "'noCache': 'true' | noCache | without quotes",
                    "'cacheFrom': ['type=local,dest=/'] | cacheFrom[0] | names the repository",
                    "'cacheTo': 'h.example/a@sha256:00' | cacheTo | names a digest",
                    "'formats': [] | formats | is empty",
                    "'formats': ['oci', 'oci'] | formats | oci twice",
                    "'compression': 'xz' | compression | gzip or zstd",
                    "'verify': 'yes' | verify | content, structure or none",
                    "'timeout': 'PT0S' | timeout | more than nothing",
                    "'timeout': 'PT24H1S' | timeout | at most PT24H", "'timeout': '30m' | timeout | as PT30M",
                    "'timeout': -1 | timeout | must be a string", "'deadline': 'tomorrow' | deadline | as 2026-12-01",
                    "'deadline': '2026-12-01T00:00:00' | deadline | with its zone",
                    "'deadline': '+123456789-01-01T00:00:00Z' | deadline | between the years",
                    "'metadata': [] | metadata | must be an object"})
    void refuses(String field, String path, String message) {
        Decoded.Violating violating = violating(with(field));

        assertThat(violating.reason()).isEqualTo(FailureReason.INVALID_REQUEST);
        assertThat(violating.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.path()).isEqualTo(path);
            assertThat(violation.message()).contains(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"{} | context.url | is required",
                    "{'url': 'ftp://h/x'} | context.url | https://", "{'url': '/etc/passwd'} | context.url | https://",
                    "{'url': 'https://u:hunter2@h h/'} | context.url | percent-encode",
                    "{'url': 'https://u:hunter2@/%zz'} | context.url | is no URL",
                    "{'url': 'https:///x'} | context.url | host name",
                    "{'url': 'https://a_b/x'} | context.url | host name",
                    "{'url': 'http://h:70000/'} | context.url | port",
                    "{'url': 'file:x'} | context.url | absolute path",
                    "{'url': 'file://host/x'} | context.url | absolute path",
                    "{'url': 'https://h/x.git#main'} | context.url | # part",
                    "{'url': 'https://h/x', 'sha256': 'ABC'} | context.sha256 | 64 lower-case",
                    "{'url': 'https://h/x', 'sha265': ''} | context.sha265 | did you mean \"sha256\"?",
                    "{'url': 'https://h/x', 'path': 'a/../..'} | context.path | must not lead out",
                    "{'url': 'https://h/x', 'credential': 'a/b'} | context.credential | must be letters"})
    void refusesAContext(String context, String path, String message) {
        Decoded.Violating violating = violating(HEAD + ", \"context\": " + context.replace('\'', '"') + "}");

        assertThat(violating.violations()).singleElement().satisfies(violation -> {
            assertThat(violation.path()).isEqualTo(path);
            assertThat(violation.message()).contains(message).doesNotContain("hunter2");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"'from': {} | from", "'index': true | index",
                    "'prefetch': [] | prefetch", "'attest': 1 | attest", "'retryOf': 'r-0' | retryOf",
                    "'priority': 3 | priority",
                    "'verify': 'full' | verify", "'formats': ['oci', 'estargz'] | formats[1]"})
    void isUnsupported(String field, String path) {
        Decoded.Violating violating = violating(with(field));

        assertThat(violating.reason()).isEqualTo(FailureReason.UNSUPPORTED);
        assertThat(violating.violations()).extracting(Violation::path).containsExactly(path);
    }

    @Test
    void isInvalidWhereItIsBothUnsupportedAndInvalid() {
        assertThat(violating(with("'priority': 1, 'noCache': 1")).reason()).isEqualTo(FailureReason.INVALID_REQUEST);
    }

    @Test
    void saysOfAnotherVersionOnlyThatItIsOne() {
        Decoded.Violating violating = violating("{\"version\": 2, \"requestId\": \"r\", \"new\": 1}");

        assertThat(violating.reason()).isEqualTo(FailureReason.UNSUPPORTED);
        assertThat(violating.requestId()).isEqualTo("r");
        assertThat(violating.message())
                .isEqualTo("version is 2, but this version of fastpull understands version 1 only");
    }

    @Test
    void tellsEveryViolationAtOnceAndKeepsWhatCouldBeRead() {
        Decoded.Violating violating = violating("{\"requestId\": \"r-9\", \"image\": \"h.example/A\", \"tagret\": 1, "
                + "\"timeout\": \"x\", \"metadata\": {\"k\": 1}}");

        assertThat(violating.requestId()).isEqualTo("r-9");
        assertThat(violating.image()).isNull();
        assertThat(violating.metadata()).containsEntry("k", 1L);
        assertThat(violating.violations()).extracting(Violation::path).containsExactly("version", "image", "context",
                "timeout", "tagret");
        assertThat(violating.message()).contains("version is required", "; tagret is not a field");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a b", "é", "a\\n", "a/b"})
    void knowsNoIdThatIsNone(String id) {
        assertThat(violating(MINIMAL.replace("r-1", id) + "}").requestId()).isNull();
    }

    @Test
    void keepsToItsLimits() {
        String args = IntStream.rangeClosed(0, RequestLimits.BUILD_ARGS).mapToObj(i -> "'A" + i + "': 'x'")
                .collect(Collectors.joining(", "));
        assertThat(violating(with("'buildArgs': {" + args + "}")).message())
                .contains("has 257 entries; 256 are the most");
        assertThat(violating(with("'buildArgs': {'A': '" + "x".repeat(32769) + "'}")).message())
                .contains("buildArgs.A has 32769 characters");
        assertThat(violating(with("'metadata': {'A': '" + "é".repeat(8192) + "'}")).message())
                .contains("metadata has 16392 bytes");
        assertThat(valid(with("'extraTags': ['" + "t".repeat(119) + "']")).extraTags()).hasSize(1);
        assertThat(violating(with("'extraTags': ['" + "t".repeat(120) + "']")).message()).contains("119 is the most");
    }

    @Test
    void listsNoMoreViolationsThanOneCanRead() {
        String fields = IntStream.range(0, 150).mapToObj(i -> "'unknown-" + i + "': 1")
                .collect(Collectors.joining(", "));

        assertThat(violating(with(fields)).violations()).hasSize(101).last()
                .isEqualTo(new Violation("", "and 50 more"));
    }

    @Test
    void isTheSameFromTextAndFromBytes() {
        String json = with("'metadata': {'name': 'Zoë 🐳'}");

        assertThat(MessageCodec.decodeRequest(json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(MessageCodec.decodeRequest(json));
        assertThat(valid(json).metadata()).isEqualTo(Map.of("name", "Zoë 🐳"));
    }
}
