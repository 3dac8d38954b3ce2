package dev.fastpull.worker.registry;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.worker.registry.RegistryException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's config.json as it lies at one moment: read anew for each build, and again before publishing, so that a login
 * or a rotated password takes effect without a restart. Which entry counts is decided as Docker's own library does
 * (docker/cli, cli/config/configfile), since buildctl uses that: {@code DOCKER_AUTH_CONFIG}, then {@code credHelpers},
 * then {@code credsStore}, then {@code auths}, and where a helper is named its word is final.
 */
public final class DockerConfig {
    /** Docker Hub's key in the file, whatever name of it is asked for. */
    private static final String HUB_KEY = "https://index.docker.io/v1/";
    private static final List<String> CREDENTIAL_FIELDS = List.of("auths", "credHelpers", "credsStore");

    private final Path file;
    private final ObjectNode content;
    private final ObjectNode override;
    private final boolean present;
    private final Map<String, String> environment;

    private DockerConfig(Path file, ObjectNode content, ObjectNode override, boolean present,
            Map<String, String> environment) {
        this.file = file;
        this.content = content;
        this.override = override;
        this.present = present;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Reads the file in the folder that {@code DOCKER_CONFIG} names, else in {@code ~/.docker}, and
     * {@code DOCKER_AUTH_CONFIG}.
     *
     * @param environment the environment, which helpers also get and whose PATH they are looked for on
     * @param home the user's home folder
     * @throws RegistryException of kind CREDENTIALS where there is a file that cannot be read or understood
     */
    public static DockerConfig read(Map<String, String> environment, Path home) throws RegistryException {
        String named = environment.getOrDefault("DOCKER_CONFIG", "");
        Path file = (named.isEmpty() ? home.resolve(".docker") : Path.of(named)).resolve("config.json");
        String override = environment.getOrDefault("DOCKER_AUTH_CONFIG", "");
        ObjectNode auths = override.isBlank()
                ? new ObjectMapper().createObjectNode()
                : parsed(override,
                        "The environment variable DOCKER_AUTH_CONFIG");
        try {
            return new DockerConfig(file, parsed(Files.readString(file), "Docker's configuration " + file), auths, true,
                    environment);
        } catch (NoSuchFileException e) {
            return new DockerConfig(file, new ObjectMapper().createObjectNode(), auths, false, environment);
        } catch (RegistryException e) {
            throw e;
        } catch (IOException e) {
            throw new RegistryException(Kind.CREDENTIALS, "Docker's configuration " + file
                    + " cannot be read by this user; check its owner and mode.", e);
        }
    }

    /** {@return whether there is a file; without one, every registry is spoken to anonymously} */
    public boolean present() {
        return present;
    }

    /** {@return the file's path, whether it exists or not} */
    public Path file() {
        return file;
    }

    /**
     * The credentials for a registry; may start a helper program.
     *
     * @param registry a host, with its port where it has one
     * @return the credentials, or none and where was looked
     * @throws RegistryException of kind CREDENTIALS where the entry is broken, or its helper is missing or fails
     * @throws InterruptedException where the thread was interrupted; the helper is ended
     */
    public FoundCredentials lookup(String registry) throws RegistryException, InterruptedException {
        String key = RegistryConfig.serverOf(registry).equals("registry-1.docker.io") ? HUB_KEY : registry;
        JsonNode given = override.path("auths").path(key);
        if (given.isObject()) {
            return new FoundCredentials(credentials(given, key, "DOCKER_AUTH_CONFIG"), "DOCKER_AUTH_CONFIG");
        }
        String own = content.path("credHelpers").path(key).asText("");
        String helper = own.isEmpty() ? content.path("credsStore").asText("") : own;
        if (!helper.isEmpty()) {
            return new CredentialHelper(helper, file, environment).get(key);
        }
        String source = "\"auths\" of " + file + (present ? "" : ", which does not exist");
        Optional<JsonNode> entry = entry(key);
        return new FoundCredentials(entry.isEmpty() ? Credentials.anonymous() : credentials(entry.get(), key, source),
                source);
    }

    /**
     * Copies what there is about credentials, and nothing else, into a folder for one build's {@code DOCKER_CONFIG}. All
     * registries are copied, since those of a Dockerfile are not known beforehand; helpers stay named, as buildctl runs
     * them itself. {@code DOCKER_AUTH_CONFIG} is not in it and has to be handed on.
     *
     * @param folder the folder, made with mode 0700 where it is not there
     * @throws IOException where it cannot be written
     */
    public void copyTo(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path copy = folder.resolve("config.json");
        Files.deleteIfExists(copy);
        Files.createFile(copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(copy, new ObjectMapper().writeValueAsBytes(content.deepCopy().retain(CREDENTIAL_FIELDS)));
    }

    // Old files have keys with a scheme or a path; where the key itself is there, it wins.
    private Optional<JsonNode> entry(String key) {
        JsonNode auths = content.path("auths");
        if (auths.path(key).isObject()) {
            return Optional.of(auths.path(key));
        }
        return auths.properties()
                .stream()
                .filter(entry -> hostOf(entry.getKey()).equals(key) && entry.getValue().isObject())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static String hostOf(String key) {
        int scheme = key.indexOf("://");
        String rest = scheme < 0 ? key : key.substring(scheme + 3);
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    private static Credentials credentials(JsonNode entry, String key, String source) throws RegistryException {
        String identityToken = entry.path("identitytoken").asText("");
        if (!identityToken.isEmpty()) {
            return new Credentials.IdentityToken(identityToken);
        }
        String registryToken = entry.path("registrytoken").asText("");
        if (!registryToken.isEmpty()) {
            return new Credentials.RegistryToken(registryToken);
        }
        String auth = entry.path("auth").asText("");
        if (!auth.isEmpty()) {
            return decoded(auth, key, source);
        }
        String username = entry.path("username").asText("");
        return username.isEmpty()
                ? Credentials.anonymous()
                : new Credentials.Basic(username, entry.path("password").asText(""));
    }

    private static Credentials decoded(String auth, String key, String source) throws RegistryException {
        try {
            String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                // Docker strips these: some old files have them.
                String password = pair.substring(colon + 1).replaceAll("^\0+|\0+$", "");
                return new Credentials.Basic(pair.substring(0, colon), password);
            }
        } catch (IllegalArgumentException e) {
            // said below, without the text that could not be decoded
        }
        throw new RegistryException(Kind.CREDENTIALS, "The entry for " + key + " in " + source
                + " is damaged: its \"auth\" is not Base64 of user:password. Log in again.", null);
    }

    private static ObjectNode parsed(String json, String what) throws RegistryException {
        try {
            if (new ObjectMapper().readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            // The parser's own message quotes the text, which may be a secret; so does the exception.
            JsonLocation at = e.getLocation();
            throw new RegistryException(Kind.CREDENTIALS, what + " is not valid JSON (line "
                    + (at == null ? 1 : at.getLineNr()) + ").", null);
        }
        throw new RegistryException(Kind.CREDENTIALS, what + " is not a JSON object.", null);
    }

    @Override
    public String toString() {
        return "DockerConfig[" + file + "]";
    }
}
