package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildReport.ContextUsed;
import dev.fastpull.messages.BuildReport.Verification;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.Phase;
import dev.fastpull.messages.VerifyLevel;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.context.ContextStage;
import dev.fastpull.worker.context.FetchedArchive;
import dev.fastpull.worker.context.UnpackedContext;
import dev.fastpull.worker.image.SolveListener;
import dev.fastpull.worker.image.SolveSpec;
import dev.fastpull.worker.image.SolvedImage;
import dev.fastpull.worker.image.Solver;
import dev.fastpull.worker.publish.Publication;
import dev.fastpull.worker.publish.Publisher;
import dev.fastpull.worker.publish.TagMove;
import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.PushPreflight;
import dev.fastpull.worker.registry.RegistryClient;
import dev.fastpull.worker.registry.RegistryException;
import dev.fastpull.worker.registry.RegistrySession;
import dev.fastpull.worker.registry.TagState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The phases of a build, in their order: fetch, unpack, build-oci, build-nydus, verify, publish. Start reading at
 * {@link #run}.
 */
final class BuildPipeline {
    private final ContextStage contexts;
    private final Solver solver;
    private final RegistryClient registries;
    private final BuildRunner.DockerConfigs dockerConfigs;
    private final PairCheck pairs;

    BuildPipeline(BuildRunner.Stages stages) {
        this.contexts = stages.contexts();
        this.solver = stages.solver();
        this.registries = stages.registries();
        this.dockerConfigs = stages.dockerConfigs();
        this.pairs = new PairCheck(stages.verifier());
    }

    /**
     * Builds, verifies and publishes. All that is known meanwhile goes to {@code progress}.
     *
     * @param order what to build
     * @param workFolder an empty folder of this build's own
     * @param progress hears and keeps what happens
     * @throws BuildException where it fails; nothing is published then, unless {@code progress} says so
     * @throws InterruptedException where this thread was interrupted
     */
    void run(BuildOrder order, Path workFolder, Progress progress) throws BuildException, InterruptedException {
        BuildRequest request = order.request();
        DockerConfig credentials = credentials(request.image());
        RegistrySession session = open(request.image(), credentials);
        checkPush(session, order);
        Path folder = bring(order, workFolder, progress);
        SolveSpec spec = spec(order, folder, workFolder, credentials);
        if (order.source() instanceof BuildSource.Folder) {
            solver.forgetLocalSources();
        }
        List<SolvedImage> images = solve(request, spec, progress);
        List<Manifest> manifests = new ArrayList<>();
        for (SolvedImage image : images) {
            manifests.add(manifest(session, request.image(), image));
        }
        Verification verification = progress.during(Phase.VERIFY,
                () -> verify(request, session, manifests));
        progress.compared(verification);
        order.gate().pass();
        publish(request, images, manifests, progress);
    }

    private DockerConfig credentials(ImageReference image) throws BuildException {
        try {
            return dockerConfigs.read();
        } catch (RegistryException e) {
            throw RegistryFailure.of(image, e);
        }
    }

    private RegistrySession open(ImageReference image, DockerConfig credentials)
            throws BuildException, InterruptedException {
        try {
            return registries.open(image.registry(), credentials);
        } catch (RegistryException e) {
            throw RegistryFailure.of(image, e);
        }
    }

    /** What would fail after forty minutes of building had better fail now. */
    private static void checkPush(RegistrySession session, BuildOrder order)
            throws BuildException, InterruptedException {
        var preflight = new PushPreflight(session);
        try {
            preflight.checkPush(order.request().image().repository());
            for (ImageReference tag : tags(order.request())) {
                // After a redelivery the tag may be our own already, and to put the same image there again is success.
                if (preflight.probe(tag) instanceof TagState.Immutable(var _, String answer) && !order.redelivered()) {
                    throw PushPreflight.immutable(tag, answer);
                }
            }
        } catch (RegistryException e) {
            throw RegistryFailure.of(order.request().image(), e);
        }
    }

    private Path bring(BuildOrder order, Path workFolder, Progress progress)
            throws BuildException, InterruptedException {
        return switch (order.source()) {
            case BuildSource.Folder(Path path) -> path;
            case BuildSource.None() -> created(workFolder.resolve("empty"));
            case BuildSource.Archive(var source) -> {
                FetchedArchive archive = progress.during(Phase.FETCH,
                        () -> contexts.fetch(source, workFolder, (_, _) -> {}));
                UnpackedContext context = progress.during(Phase.UNPACK,
                        () -> contexts.unpack(archive, workFolder.resolve("context"), source.path()));
                progress.used(new ContextUsed(archive.sha256(), archive.bytes(), context.entries()));
                yield context.buildFolder();
            }
        };
    }

    private SolveSpec spec(BuildOrder order, Path context, Path workFolder, DockerConfig credentials)
            throws BuildException {
        BuildRequest request = order.request();
        Path dockerfileFolder = context;
        String dockerfile = request.dockerfile();
        try {
            Path dockerConfig = workFolder.resolve("docker");
            credentials.copyTo(dockerConfig);
            if (request.dockerfileInline() != null) {
                dockerfileFolder = created(workFolder.resolve("dockerfile"));
                dockerfile = "Dockerfile";
                Files.writeString(dockerfileFolder.resolve(dockerfile), request.dockerfileInline());
            }
            return new SolveSpec(request.image(), context, dockerfileFolder, dockerfile, request.target(),
                    request.buildArgs(), request.labels(), request.platform(), order.secrets(), request.noCache(),
                    request.cacheFrom(), request.cacheTo(), request.compression(), dockerConfig, workFolder);
        } catch (IOException e) {
            throw new BuildException(FailureReason.INTERNAL, "The build could not be prepared: " + e.getMessage(), e);
        }
    }

    private List<SolvedImage> solve(BuildRequest request, SolveSpec spec, Progress progress)
            throws BuildException, InterruptedException {
        List<SolvedImage> images = new ArrayList<>();
        for (Format format : Format.values()) {
            if (request.formats().contains(format)) {
                Phase phase = format == Format.OCI ? Phase.BUILD_OCI : Phase.BUILD_NYDUS;
                SolvedImage image = progress.during(phase, () -> solver.solve(spec, format, images.isEmpty(),
                        new TreeSet<>(), new PhaseListener(phase, progress.listener())));
                progress.solved(image.steps(), image.cachedSteps());
                images.add(image);
            }
        }
        return images;
    }

    private Verification verify(BuildRequest request, RegistrySession session, List<Manifest> manifests)
            throws BuildException, InterruptedException {
        return manifests.size() < 2
                ? new Verification(VerifyLevel.NONE, Verification.Result.SKIPPED, 0)
                : pairs.verify(request, session, manifests.getFirst(), manifests.getLast());
    }

    /** The Nydus tags go first, so that whoever sees the plain tag's new image finds its twin. */
    private void publish(BuildRequest request, List<SolvedImage> images, List<Manifest> manifests, Progress progress)
            throws BuildException, InterruptedException {
        List<TagMove> moves = new ArrayList<>();
        for (int i = images.size() - 1; i >= 0; i--) {
            for (ImageReference plain : plainTags(request)) {
                moves.add(new TagMove(plain.forFormat(images.get(i).format()), manifests.get(i)));
            }
        }
        Publication publication = progress.during(Phase.PUBLISH, () -> {
            try {
                return new Publisher(open(request.image(), credentials(request.image()))).publish(moves);
            } catch (RegistryException e) {
                throw RegistryFailure.of(request.image(), e);
            }
        });
        switch (publication) {
            case Publication.Moved(boolean superseded) -> {
                List<BuiltImage> built = new ArrayList<>();
                for (int i = 0; i < images.size(); i++) {
                    built.add(BuiltImages.describe(request.image(), images.get(i), manifests.get(i)));
                }
                progress.published(built, superseded);
            }
            case Publication.Refused refused -> {
                if (!refused.undone()) {
                    progress.publishedInPart();
                }
                throw RegistryFailure.of(request.image(), refused);
            }
        }
    }

    private static Manifest manifest(RegistrySession session, ImageReference repository, SolvedImage image)
            throws BuildException, InterruptedException {
        try {
            return session.manifest(repository.repository(), image.digest().toString());
        } catch (RegistryException e) {
            throw RegistryFailure.of(repository, e);
        }
    }

    private static List<ImageReference> tags(BuildRequest request) {
        return plainTags(request).stream()
                .flatMap(plain -> request.formats().stream().map(plain::forFormat))
                .toList();
    }

    private static List<ImageReference> plainTags(BuildRequest request) {
        List<ImageReference> tags = new ArrayList<>(List.of(request.image()));
        request.extraTags().forEach(tag -> tags.add(request.image().withTag(tag)));
        return tags;
    }

    private static Path created(Path folder) throws BuildException {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BuildException(FailureReason.INTERNAL,
                    "The folder " + folder + " cannot be made: " + e.getMessage(),
                    e);
        }
    }

    private record PhaseListener(Phase phase, JobListener listener) implements SolveListener {
        @Override
        public void step(String step, String name, StepState state) {
            listener.step(phase, step, name, state);
        }

        @Override
        public void log(String step, String name, String line) {
            listener.log(phase, step, name, line);
        }
    }
}
