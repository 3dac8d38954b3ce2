package dev.fastpull.worker.cli;

import dev.fastpull.worker.registry.RegistryConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How registries are reached, the same for every command. */
final class RegistryOptions {
    @Option(
            names = "--insecure-registry",
            paramLabel = "HOST[:PORT]",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "Speak plain HTTP to this registry; localhost needs no saying. May be repeated.")
    private List<String> insecure = new ArrayList<>();

    @Option(
            names = "--registry-ca",
            paramLabel = "FILE",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "Trust the certificate authorities in this PEM file too. May be repeated.")
    private List<Path> authorities = new ArrayList<>();

    @Option(
            names = "--registry-mirror",
            paramLabel = "REGISTRY=MIRROR",
            split = EnvironmentDefaults.SEPARATOR,
            hideParamSyntax = true,
            description = "Read base images of a registry from a mirror. May be repeated.")
    private List<String> mirrors = new ArrayList<>();

    RegistryOptions() {}

    /** {@return the configuration}, with every mistake in it noted. */
    RegistryConfig config(Map<String, String> environment, Mistakes mistakes) {
        return RegistryConfig.parse(insecure, authorities, mirrors, environment, mistakes::add);
    }
}
