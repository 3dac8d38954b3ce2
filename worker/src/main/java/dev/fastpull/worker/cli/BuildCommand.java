package dev.fastpull.worker.cli;

import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent;
import dev.fastpull.messages.EventId;
import dev.fastpull.messages.MessageCodec;
import dev.fastpull.messages.ProgressEvent;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextConfig;
import dev.fastpull.worker.context.ContextLimits;
import dev.fastpull.worker.disk.DiskSizes;
import dev.fastpull.worker.disk.Size;
import dev.fastpull.worker.image.Toolchain;
import dev.fastpull.worker.job.Attempt;
import dev.fastpull.worker.job.BuildOrder;
import dev.fastpull.worker.job.BuildSource;
import dev.fastpull.worker.job.TimeLimits;
import dev.fastpull.worker.registry.RegistryConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
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
        sortOptions = false,
        customSynopsis = "fastpull build -t REF [OPTIONS] CONTEXT",
        header = "Builds the pair from a folder or an archive on this machine, and publishes it.%n",
        description = "The OCI image gets the tag as it is given, and its lazily starting Nydus twin the tag with"
                + " -fastpull. Both move, or neither.%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example: fastpull build -t registry.example.com/team/app:v1 --build-arg VERSION=1.2 ."})
final class BuildCommand implements Callable<Integer>, Checked {
    private static final String SOURCE = "urn:fastpull:command-line";
    private static final String WORKER = "command-line";

    private final Map<String, String> environment;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CONTEXT",
            description = "The folder, or an archive of it, with the Dockerfile and what it copies.")
    private @Nullable Path contextParameter;

    @Option(names = "--context", paramLabel = "CONTEXT", description = "The same as the parameter CONTEXT.")
    private @Nullable Path contextOption;

    @Mixin
    private RequestOptions request = new RequestOptions();

    @Option(
            names = "--secret",
            paramLabel = "id=ID,src=FILE",
            description = "A file that RUN --mount=type=secret,id=ID may read. May be repeated.")
    private List<String> secrets = new ArrayList<>();

    @Option(
            names = "--progress",
            paramLabel = "auto|plain|json|quiet",
            defaultValue = "auto",
            description = "What is told meanwhile, on standard error: auto redraws a few lines on a terminal and is"
                    + " plain elsewhere (default: ${DEFAULT-VALUE}).")
    private ProgressStyle progress = ProgressStyle.AUTO;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing but REF@DIGEST of what was built, and what went wrong.")
    private boolean quiet;

    @Option(names = {"-o", "--output"}, paramLabel = "json", description = "Print just the event on standard output.")
    private @Nullable OutputFormat output;

    @Option(
            names = "--metadata-file",
            paramLabel = "FILE",
            description = "Write the event's data there: digests, sizes and timings, or why there are none.")
    private @Nullable Path metadataFile;

    @Mixin
    private RegistryOptions registries = new RegistryOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "/var/lib/fastpull",
            description = "Where the build cache is kept (default: ${DEFAULT-VALUE}, or FASTPULL_DATA).")
    private Path data = Path.of("/var/lib/fastpull");

    @Option(
            names = "--cache-size",
            paramLabel = "SIZE",
            description = "How large the build cache may grow: 20GiB, or 10%% of the disk (default: 25%%, and 50GiB at"
                    + " most).")
    private @Nullable String cacheSize;

    private @Nullable Job job;

    /** All that was written, understood. */
    private record Job(BuildRequest request, Path context, List<SecretFile> secrets, RegistryConfig registries,
            DiskSizes disk) {
        BuildSource source() {
            return Files.isDirectory(context) || request.context() == null
                    ? new BuildSource.Folder(context)
                    : new BuildSource.Archive(request.context());
        }

        BuildOrder order() {
            return new BuildOrder(request, source(), SecretFile.byId(secrets));
        }

        ContextConfig contexts() {
            Path parent = context.getParent();
            return ContextConfig.defaults().withFolders(List.of(parent == null ? context : parent))
                    .withLimits(ContextLimits.unlimited());
        }
    }

    BuildCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void check(Mistakes mistakes) {
        Path context = context(mistakes);
        job = new Job(request.request(builder -> builder.context(context.toUri().toString()), mistakes), context,
                mistakes.each("--secret", secrets, SecretFile::parse), registries.config(environment, mistakes),
                new DiskSizes(null, cacheSize == null
                        ? null
                        : mistakes.read("--cache-size", cacheSize, null, Size::parsePositive)));
    }

    private Path context(Mistakes mistakes) {
        Path given = contextOption == null ? contextParameter : contextOption;
        if (given == null) {
            mistakes.add("Say which context to build: a folder or an archive, for instance . for this folder.");
        } else if (!Files.exists(given)) {
            mistakes.add("Build context path does not exist: " + given);
        } else if (Files.isDirectory(given) && !Files.isRegularFile(given.resolve(request.dockerfile()))) {
            mistakes.add("Dockerfile not found: " + given.resolve(request.dockerfile())
                    + ". Name it with -f, relative to the context.");
        }
        return (given == null ? Path.of("") : given).toAbsolutePath().normalize();
    }

    @Override
    public Integer call() throws IOException, InterruptedException, BuildException {
        Job todo = job;
        if (todo == null) {
            throw new IllegalStateException("check comes first");
        }
        Toolchain toolchain = ToolchainLocation.required(environment);
        if (!quiet) {
            DockerLogin.warn(todo.request().image().registry(), environment, System.err);
        }
        try (var end = OrderlyEnd.ofThisThread()) {
            return finish(build(todo, toolchain), end);
        }
    }

    /** {@return the event; null where the build was stopped before there was one} */
    private @Nullable CompletionEvent build(Job todo, Toolchain toolchain) throws IOException, BuildException {
        try (var folder = StateFolder.lock(data);
                var service = BuildService.start(new BuildService.Settings(toolchain, folder.path(),
                        todo.registries(), todo.contexts(), todo.disk(), WORKER, TimeLimits.none()), environment);
                BuildView view = style().open(environment)) {
            Clock clock = Clock.systemUTC();
            String id = todo.request().requestId();
            view.accept(new ProgressEvent.Started(id, WORKER, 1, clock.instant()));
            CompletionEvent event = service.runner().run(todo.order(),
                    new Attempt(EventId.of(todo.request()), SOURCE, 1, null), new ProgressNews(id, view, clock));
            view.accept(new ProgressEvent.Ended(id, event, clock.instant()));
            return event;
        } catch (InterruptedException _) {
            return null;
        }
    }

    private int finish(@Nullable CompletionEvent event, OrderlyEnd end) throws IOException {
        if (event == null || (end.told() && !(event instanceof CompletionEvent.Succeeded))) {
            System.err.println("fastpull: interrupted: the build was stopped, and nothing was published");
            return ExitCode.INTERRUPTED;
        }
        if (metadataFile != null) {
            Files.writeString(metadataFile, MessageCodec.encodeEventData(event));
        }
        new Outcome(output, quiet, !style().showsOutput(environment)).print(event, System.out, System.err);
        return ExitCode.of(event);
    }

    private ProgressStyle style() {
        return quiet ? ProgressStyle.QUIET : progress;
    }
}
