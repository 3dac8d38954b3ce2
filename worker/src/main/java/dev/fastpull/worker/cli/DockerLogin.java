package dev.fastpull.worker.cli;

import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.RegistryException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/** Says so where there are no credentials at all: many a first build fails for that. */
final class DockerLogin {
    private DockerLogin() {}

    /** Warns where Docker's configuration is not there; a registry that asks for no password needs none. */
    static void warn(String registry, Map<String, String> environment, PrintStream err) {
        try {
            DockerConfig config = DockerConfig.read(environment, Path.of(System.getProperty("user.home")));
            if (!config.present() && environment.getOrDefault("DOCKER_AUTH_CONFIG", "").isBlank()) {
                err.println("fastpull: warning: Docker config not found: " + config.file() + ". If " + registry
                        + " asks for a password, run: docker login " + registry);
            }
        } catch (RegistryException _) {
            // The build reads it again, and ends with what is wrong with it.
        }
    }
}
