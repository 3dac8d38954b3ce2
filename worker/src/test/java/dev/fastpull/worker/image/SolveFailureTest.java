package dev.fastpull.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fastpull.messages.FailureReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The errors are those that buildctl 0.32.2 really said, but for those marked as taken from BuildKit's source. */
class SolveFailureTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock = """
                    failed to solve: process "/bin/hello" did not complete successfully: exit code: 2 | BUILD_STEP_FAILED
                    failed to solve: failed to read dockerfile: open Nope: no such file or directory | DOCKERFILE_NOT_FOUND
                    failed to solve: target stage "xx" could not be found | DOCKERFILE_INVALID
                    failed to solve: dockerfile parse error on line 1: unknown instruction: FORM (did you mean FROM?) | DOCKERFILE_INVALID
                    failed to solve: the Dockerfile cannot be empty | DOCKERFILE_INVALID
                    failed to solve: failed to compute cache key: failed to calculate checksum of ref u5::i8: "/nope": not found | BUILD_STEP_FAILED
                    failed to solve: failed to commit qx3o to wg62 during finalize: failed to stat active key during commit: snapshot does not exist: not found | BUILDER_UNAVAILABLE
                    failed to solve: failed to load cache key: invalid response status 404 | BUILD_STEP_FAILED
                    failed to solve: localhost:5999/nothere:v1: failed to resolve source metadata for localhost:5999/nothere:v1: localhost:5999/nothere:v1: not found | BASE_IMAGE_NOT_FOUND
                    failed to solve: localhost:5998/a:v1: failed to resolve source metadata for localhost:5998/a:v1: failed to do request: Head "http://localhost:5998/v2/a/manifests/v1": dial tcp 127.0.0.1:5998: connect: connection refused | BASE_IMAGE_UNAVAILABLE
                    failed to solve: nostage: failed to resolve source metadata for docker.io/library/nostage:latest: failed to do request: Head "https://r/v2": dial tcp: lookup r: no such host | BASE_IMAGE_UNAVAILABLE
                    failed to solve: a: failed to resolve source metadata for r/a:v1: unexpected status from HEAD request to https://r/v2/a/manifests/v1: 429 Too Many Requests | BASE_IMAGE_RATE_LIMITED
                    failed to solve: error getting credentials - err: exec: "docker-credential-fake": executable file not found in $PATH, out: `` | BASE_IMAGE_UNAVAILABLE
                    failed to solve: failed to push localhost:5998/hello: failed to do request: Head "http://localhost:5998/v2/hello/blobs/sha256:01": dial tcp 127.0.0.1:5998: connect: connection refused | REGISTRY_UNAVAILABLE
                    failed to solve: failed to push r/hello: unexpected status from POST request to http://r/v2/hello/blobs/uploads/: 503 Service Unavailable | REGISTRY_UNAVAILABLE
                    failed to solve: failed to push r/hello: unexpected status from POST request to http://r/v2/hello/blobs/uploads/: 401 Unauthorized | PUSH_NOT_AUTHORIZED
                    failed to solve: failed to push r/hello: push access denied, repository does not exist or may require authorization | PUSH_NOT_AUTHORIZED
                    listing workers for Build: failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing: dial unix /x.sock: connect: no such file or directory" | BUILDER_UNAVAILABLE
                    failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF | BUILDER_UNAVAILABLE
                    failed to solve: failed to copy: write /x: no space left on device | DISK_FULL
                    failed to solve: merge nydus layer: mount callback failed on /tmp/m: io: read/write on closed pipe | NYDUS_CONVERSION_FAILED
                    failed to solve: process "/bin/sh -c echo No space left on device; exit 1" did not complete successfully: exit code: 1 | BUILD_STEP_FAILED
                    failed to solve: ResourceExhausted: failed to read dockerfile: failed to add snapshot n to lease: write /d/containerdmeta.db: no space left on device | DISK_FULL
                    failed to solve: failed to push r/hello: unexpected status from PUT request to http://r/v2/hello/blobs/uploads/1: 500 Internal Server Error: write /var/lib/registry/x: no space left on device | REGISTRY_UNAVAILABLE
                    something that nobody has seen yet | INTERNAL
                    """)
    void anErrorOfBuildctlStandsForAReason(String error, FailureReason reason) {
        assertThat(SolveFailure.reason(error)).isEqualTo(reason);
    }

    @Test
    void theExitCodeOfAFailedStepIsRead() {
        assertThat(SolveFailure.exitCode("process \"/bin/sh -c false\" did not complete successfully: exit code: 137"))
                .hasValue(137);
        assertThat(SolveFailure.exitCode("target stage \"xx\" could not be found")).isEmpty();
    }
}
