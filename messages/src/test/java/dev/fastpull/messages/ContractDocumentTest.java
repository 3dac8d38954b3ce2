package dev.fastpull.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/CONTRACT.md says what the code does. */
class ContractDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern REASON = Pattern
            .compile("\\| ([A-Z_]+) \\| ([a-z]+) \\| (yes|no) \\| ([a-z]+) \\| [a-z ]+ \\| [^|]+ \\|");

    @Test
    void itsTableOfReasonsIsTheEnum() throws IOException {
        List<String> rows = REASON.matcher(document()).results()
                .map(row -> String.join(" ", row.group(1), row.group(2), row.group(3), row.group(4))).toList();

        assertThat(rows).containsExactlyInAnyOrderElementsOf(Arrays.stream(FailureReason.values())
                .map(reason -> String.join(" ", reason.name(), reason.category().label(),
                        reason.retryable() ? "yes" : "no", reason.ending().name().toLowerCase(Locale.ROOT)))
                .toList());
    }

    @Test
    void itsExamplesAreWhatTheyAreSaidToBe() throws IOException {
        List<String> examples = EXAMPLE.matcher(document()).results().map(ContractDocumentTest::body).toList();

        assertThat(examples).hasSize(5);
        assertThat(examples.subList(0, 2)).allSatisfy(request -> assertThat(
                MessageCodec.decodeRequest(request.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Decoded.Valid.class));
        assertThat(MessageCodec.decodeEvent(examples.get(2))).isInstanceOf(CompletionEvent.Succeeded.class);
        assertThat(MessageCodec.decodeEvent(examples.get(3))).isInstanceOf(CompletionEvent.Failed.class);
        assertThat(MessageCodec.decodeProgress(examples.get(4))).containsInstanceOf(ProgressEvent.LogLine.class);
    }

    @Test
    void itNamesEveryFieldOfARequest() throws IOException {
        String document = document();
        assertThat(List.of("version", "requestId", "image", "extraTags", "context.url", "context.sha256",
                "context.path", "context.credential", "dockerfile", "dockerfileInline", "target", "buildArgs", "labels",
                "platform", "secrets", "noCache", "cacheFrom", "cacheTo", "formats", "compression", "verify", "timeout",
                "deadline", "metadata")).allSatisfy(field -> assertThat(document).contains("\n| `" + field + "` |"));
        assertThat(List.of(RequestLimits.BYTES, RequestLimits.METADATA_BYTES, RequestLimits.URL_CHARACTERS,
                RequestLimits.VALUE_CHARACTERS, RequestLimits.DOCKERFILE_CHARACTERS)).allSatisfy(
                        limit -> assertThat(document).contains(Integer.toString(limit)));
    }

    private static String body(MatchResult example) {
        return example.group(1);
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("..", "docs", "CONTRACT.md"));
    }
}
