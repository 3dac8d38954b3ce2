package dev.fastpull.worker.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program {@code docker-credential-NAME} that is asked for credentials: {@code get}, the registry on its standard
 * input, JSON on its standard output
 * (<a href="https://github.com/docker/docker-credential-helpers#development">docker-credential-helpers</a>).
 */
final class CredentialHelper {
    /** What every helper prints on its standard output, beside a non-zero exit, where it knows no such registry. */
    private static final String NOT_FOUND = "credentials not found in native keychain";
    /** The user's name that marks the secret as an identity token. */
    private static final String TOKEN_USER = "<token>";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final int MAX_OUTPUT = 256 * 1024;
    /** Cloud helpers fetch a token over the network; half a minute is ample for that. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String program;
    private final Path configFile;
    private final Map<String, String> environment;
    private final Duration limit;

    CredentialHelper(String name, Path configFile, Map<String, String> environment) throws RegistryException {
        this(name, configFile, environment, LIMIT);
    }

    CredentialHelper(String name, Path configFile, Map<String, String> environment, Duration limit)
            throws RegistryException {
        this.program = "docker-credential-" + name;
        this.configFile = configFile;
        this.environment = environment;
        this.limit = limit;
        if (!NAME.matcher(name).matches()) {
            throw new RegistryException(Kind.CREDENTIALS, configFile + " names a credential helper with characters"
                    + " that no program's name has. Correct \"credsStore\" or \"credHelpers\" there.", null);
        }
    }

    /**
     * Asks for the credentials of a registry.
     *
     * @param key the registry, as it stands in Docker's configuration
     * @return the credentials, or none where the helper knows none
     * @throws RegistryException of kind CREDENTIALS where the program is missing, fails or takes too long
     * @throws InterruptedException where the thread was interrupted; the program is ended
     */
    FoundCredentials get(String key) throws RegistryException, InterruptedException {
        Process process = start();
        try {
            FutureTask<byte[]> out = reading(process.getInputStream());
            FutureTask<byte[]> err = reading(process.getErrorStream());
            ask(process, key);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("did not answer for " + key + " within " + limit.toSeconds() + " s", null);
            }
            String answer = text(out);
            return process.exitValue() == 0 ? understood(answer) : refused(key, answer, text(err));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start() throws RegistryException {
        Path file = Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> failure("is not on the worker's PATH. Install it there, or take it out of that file"
                        + " and log in again", null));
        try {
            var builder = new ProcessBuilder(file.toString(), "get");
            builder.environment().clear();
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw failure("cannot be started", e);
        }
    }

    // Threads of their own, so that neither stream can fill its pipe, and so that the wait above can be interrupted.
    private static FutureTask<byte[]> reading(InputStream in) {
        var task = new FutureTask<>(() -> bounded(in));
        Thread.ofVirtual().start(task);
        return task;
    }

    private static byte[] bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_OUTPUT);
        in.transferTo(OutputStream.nullOutputStream());
        return bytes;
    }

    private static void ask(Process process, String key) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(key.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It has ended without reading: its exit code tells more than this does.
        }
    }

    private String text(FutureTask<byte[]> output) throws RegistryException, InterruptedException {
        try {
            return new String(output.get(limit.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8).strip();
        } catch (ExecutionException | TimeoutException e) {
            throw failure("gave no output that could be read", e);
        }
    }

    private FoundCredentials understood(String answer) throws RegistryException {
        try {
            JsonNode json = new ObjectMapper().readTree(answer);
            String username = json.path("Username").asText("");
            String secret = json.path("Secret").asText("");
            if (username.equals(TOKEN_USER)) {
                return new FoundCredentials(new Credentials.IdentityToken(secret), source());
            }
            if (!secret.isEmpty()) {
                return new FoundCredentials(new Credentials.Basic(username, secret), source());
            }
            return new FoundCredentials(Credentials.anonymous(), source());
        } catch (JsonProcessingException e) {
            throw failure("answered with something else than JSON", null); // whose text may be the secret
        }
    }

    private FoundCredentials refused(String key, String answer, String errors) throws RegistryException {
        if (answer.equals(NOT_FOUND)) {
            return new FoundCredentials(Credentials.anonymous(), source());
        }
        String said = RegistryErrors.printable(answer.isEmpty() ? errors : answer);
        // On failure helpers print a sentence; what looks like credentials all the same is not repeated.
        throw failure("failed for " + key + (said.isEmpty() || said.contains("{") ? "" : ": " + said), null);
    }

    private String source() {
        return program + ", which " + configFile + " names";
    }

    private RegistryException failure(String what, @Nullable Throwable cause) {
        return new RegistryException(Kind.CREDENTIALS,
                "The credential helper " + program + ", which " + configFile + " names, " + what + ".", cause);
    }
}
