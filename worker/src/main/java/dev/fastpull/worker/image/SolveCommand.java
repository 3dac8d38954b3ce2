package dev.fastpull.worker.image;

import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code buildctl build}, as a pure function of what is wanted. */
final class SolveCommand {
    private SolveCommand() {}

    /**
     * {@return the arguments after {@code buildctl --addr …}}
     *
     * @param spec what to build
     * @param format as what
     * @param first whether this is the first solve of the pair
     * @param sourcePolicy a file that pins what FROM resolves to; null for none
     */
    static List<String> arguments(SolveSpec spec, Format format, boolean first, @Nullable Path sourcePolicy) {
        var arguments = new ArrayList<>(List.of("build", "--progress=rawjson", "--frontend", "dockerfile.v0",
                "--local", "context=" + spec.contextFolder(),
                "--local", "dockerfile=" + spec.dockerfileFolder(),
                "--opt", "filename=" + spec.dockerfile()));
        if (spec.target() != null) {
            option(arguments, "target", spec.target());
        }
        if (spec.platform() != null) {
            option(arguments, "platform", spec.platform().toString());
        }
        spec.buildArgs().forEach((name, value) -> option(arguments, "build-arg:" + name, value));
        spec.labels().forEach((name, value) -> option(arguments, "label:" + name, value));
        for (Map.Entry<String, Path> secret : spec.secrets().entrySet()) {
            arguments.add("--secret");
            arguments.add(csv("id=" + secret.getKey()) + "," + csv("src=" + secret.getValue()));
        }
        if (spec.noCache() && first) {
            // On both solves RUN would run twice, and the pair would be two builds.
            arguments.add("--no-cache");
        }
        for (ImageReference cache : spec.cacheFrom()) {
            arguments.add("--import-cache");
            arguments.add("type=registry,ref=" + cache);
        }
        if (spec.cacheTo() != null && first) {
            // Nydus layers cannot be a cache.
            arguments.add("--export-cache");
            arguments.add("type=registry,mode=max,ref=" + spec.cacheTo());
        }
        if (sourcePolicy != null) {
            arguments.add("--source-policy-file");
            arguments.add(sourcePolicy.toString());
        }
        arguments.add("--output");
        arguments.add(output(spec, format));
        arguments.add("--metadata-file");
        arguments.add(spec.metadataFile(format).toString());
        return List.copyOf(arguments);
    }

    /**
     * force-compression on both: BuildKit's cache of blobs does not ask how a layer is compressed, so without it the
     * normal image may come out with Nydus layers. The name cannot hold a comma, by its grammar.
     */
    private static String output(SolveSpec spec, Format format) {
        String compression = switch (format) {
            case OCI -> spec.compression().label();
            case NYDUS -> "nydus";
        };
        return "type=image,name=" + spec.image().name() + ",push=true,push-by-digest=true,compression=" + compression
                + ",force-compression=true,oci-mediatypes=true";
    }

    private static void option(List<String> arguments, String name, String value) {
        arguments.add("--opt");
        arguments.add(name + "=" + value);
    }

    /** One field of a line of CSV: https://www.rfc-editor.org/rfc/rfc4180#section-2. */
    private static String csv(String field) {
        return field.contains(",") || field.contains("\"") ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }
}
