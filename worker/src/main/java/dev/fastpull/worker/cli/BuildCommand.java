package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.ContextLimits;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.Attempt;
import dev.fastpull.worker.job.BuildOrder;
import dev.fastpull.worker.job.BuildSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fastpull build}: the whole pipeline for one image, without a broker. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Builds the pair from a folder or an archive on this machine and publishes it.")
final class BuildCommand implements Callable<Integer> {
    private static final String SOURCE = "urn:fastpull:command-line";

    @Mixin
    private RequestOptions request = new RequestOptions();

    @Mixin
    private RegistryOptions registries = new RegistryOptions();

    @Option(
            names = "--secret",
            paramLabel = "id=ID,src=FILE",
            converter = SecretFile.Converter.class,
            description = "A file that RUN --mount=type=secret,id=ID may read. May be repeated.")
    private List<SecretFile> secrets = List.of();

    @Option(names = "--metadata-file", paramLabel = "FILE", description = "Write what was built there, as JSON.")
    private @Nullable Path metadataFile;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where the build cache is kept (default: ${DEFAULT-VALUE}).",
            defaultValue = "${env:FASTPULL_DATA:-/var/lib/fastpull}")
    private Path data = Path.of("/var/lib/fastpull");

    @Option(
            names = "--cache-size",
            paramLabel = "GIB",
            defaultValue = "20",
            description = "How large the build cache may grow, in GiB (default: ${DEFAULT-VALUE}).")
    private int cacheGib = 20;

    @Option(names = {"-q", "--quiet"}, description = "Print nothing but the references of what was built.")
    private boolean quiet;

    @Option(names = "--context", paramLabel = "CONTEXT", description = "The same as the parameter CONTEXT.")
    private @Nullable Path contextOption;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CONTEXT",
            description = "The folder, or an archive of it, with the Dockerfile and what it copies.")
    private @Nullable Path contextParameter;

    BuildCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        Path context = context();
        BuildRequest wanted = request.request(context.toUri().toString());
        Toolchain toolchain = toolchain(environment);
        ContextConfig contexts = ContextConfig.defaults()
                .withFolders(List.of(context.getParent() == null ? context : context.getParent()))
                .withLimits(ContextLimits.unlimited());
        try (var folder = StateFolder.lock(data);
                var service = BuildService.start(new BuildService.Settings(toolchain, folder.path(),
                        registries.config(environment), contexts, (long) cacheGib << 30, "command-line", null),
                        environment)) {
            CompletionEvent event = service.runner().run(
                    new BuildOrder(wanted, source(wanted, context), SecretFile.byId(secrets), false, () -> {}),
                    new Attempt(EventId.of(wanted), SOURCE, 1, null), new PlainView(System.err, quiet));
            if (metadataFile != null) {
                Files.writeString(metadataFile, MessageCodec.encodeEventData(event));
            }
            ResultTable.print(event, System.out, System.err, quiet);
            return ExitCode.of(event);
        } catch (BuildException e) {
            System.err.println("fastpull: " + e.getMessage());
            return ExitCode.INFRASTRUCTURE;
        }
    }

    private Path context() {
        Path given = contextOption == null ? contextParameter : contextOption;
        if (given == null) {
            throw new UsageException(
                    "Say which context to build: a folder or an archive, for instance . for this folder.");
        }
        if (!Files.exists(given)) {
            throw new UsageException("Build context path does not exist: " + given);
        }
        if (Files.isDirectory(given) && !Files.isRegularFile(given.resolve(request.dockerfile()))) {
            throw new UsageException("Dockerfile not found: " + given.resolve(request.dockerfile())
                    + ". Name it with -f, relative to the context.");
        }
        return given.toAbsolutePath().normalize();
    }

    private static BuildSource source(BuildRequest wanted, Path context) {
        if (Files.isDirectory(context)) {
            return new BuildSource.Folder(context);
        }
        return wanted.context() == null ? new BuildSource.None() : new BuildSource.Archive(wanted.context());
    }

    static Toolchain toolchain(Map<String, String> environment) {
        try {
            return ToolchainLocation.built(environment);
        } catch (IOException e) {
            throw new UsageException("The native programs are " + e.getMessage());
        }
    }
}
