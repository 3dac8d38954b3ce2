package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildReport.BuiltImage;
import dev.fastpull.messages.BuildReport.ContextUsed;
import dev.fastpull.messages.BuildRequest;
import dev.fastpull.messages.CompletionEvent.Succeeded;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.Phase;
import dev.fastpull.worker.BuildException;
import dev.fastpull.worker.FileTrees;
import dev.fastpull.worker.context.FetchedArchive;
import dev.fastpull.worker.context.UnpackedContext;
import dev.fastpull.worker.image.SolveSpec;
import dev.fastpull.worker.publish.Fence;
import dev.fastpull.worker.publish.TagMove;
import dev.fastpull.worker.publish.TagPair;
import dev.fastpull.worker.registry.DockerConfig;
import dev.fastpull.worker.registry.Manifest;
import dev.fastpull.worker.registry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The phases of a build, in their order: fetch, unpack, build-oci, build-nydus, verify, publish. Start reading at
 * {@link #run}.
 *
 * @param stages do the work
 */
record BuildPipeline(BuildRunner.Stages stages) {
    private static final Logger LOG = LoggerFactory.getLogger(BuildPipeline.class);

    /** Stands between building and publishing. */
    interface Gate extends Fence {
        /**
         * Returns where the build may publish what {@code progress} knows by now, after which nothing stops it any more.
         *
         * @param told whether an earlier attempt has told already what is published
         * @throws InterruptedException where it may not: it was stopped, or is no longer this worker's
         */
        void pass(boolean told) throws InterruptedException;
    }

    /**
     * Builds, verifies and publishes. All that is known meanwhile goes to {@code progress}.
     *
     * @param order what to build
     * @param workFolder an empty folder of this build's own
     * @param progress hears and keeps what happens
     * @param gate asked before anything is published
     * @throws BuildException where it fails; nothing is published then, unless {@code progress} says so
     * @throws InterruptedException where this thread was interrupted
     */
    void run(BuildOrder order, Path workFolder, Progress progress, Gate gate)
            throws BuildException, InterruptedException {
        Optional<Map<Format, Manifest>> begun = order.begun() == null
                ? Optional.empty()
                : begun(order.request(), order.begun());
        boolean told = begun.isPresent();
        Map<Format, Manifest> images = told ? begun.get() : build(order, workFolder, progress);
        gate.pass(told);
        publish(order.request(), images, progress, gate);
    }

    /** {@return the images of an earlier attempt; empty where they are not in the registry any more} */
    private Optional<Map<Format, Manifest>> begun(BuildRequest request, Succeeded draft)
            throws BuildException, InterruptedException {
        LOG.info("an earlier attempt has built the pair; its tags move now");
        var repository = Repository.open(stages.registries(), request.image(), credentials(request.image()));
        return stages.retries().run(() -> {
            Map<Format, Manifest> images = new EnumMap<>(Format.class);
            try {
                for (BuiltImage image : draft.report().images()) {
                    images.put(image.format(), repository.manifest(image.digest()));
                }
                return Optional.of(images);
            } catch (BuildException e) {
                if (e.reason() != FailureReason.REPOSITORY_NOT_FOUND) {
                    throw e;
                }
                LOG.warn("what the earlier attempt has built is gone from the registry, and is built anew");
                return Optional.empty();
            }
        });
    }

    private Map<Format, Manifest> build(BuildOrder order, Path workFolder, Progress progress)
            throws BuildException, InterruptedException {
        BuildRequest request = order.request();
        DockerConfig credentials = credentials(request.image());
        var repository = Repository.open(stages.registries(), request.image(), credentials);
        Path context;
        try (var bringing = Alongside.start("context", () -> bring(order, workFolder, progress))) {
            stages.retries().run(() -> {
                repository.checkPush(tags(request));
                return repository;
            });
            context = bringing.join();
        }
        SolveSpec spec = spec(order, context, workFolder, credentials);
        Map<Format, Manifest> images = new EnumMap<>(Format.class);
        List<BuiltImage> built = new ArrayList<>();
        for (BuiltFormat image : new PairBuild(stages, repository, request, spec, progress).run()) {
            images.put(image.solved().format(), image.manifest());
            built.add(image.describe(request.image()));
        }
        progress.built(built);
        return images;
    }

    private DockerConfig credentials(ImageReference image) throws BuildException {
        try {
            return stages.dockerConfigs().read();
        } catch (RegistryException e) {
            throw RegistryFailure.of(image, e);
        }
    }

    /** {@return the folder that is the build's context} */
    private Path bring(BuildOrder order, Path workFolder, Progress progress)
            throws BuildException, InterruptedException {
        return switch (order.source()) {
            case BuildSource.Folder(Path path) -> {
                stages.solver().forgetLocalSources();
                yield path;
            }
            case BuildSource.None() -> made(workFolder.resolve("empty"));
            case BuildSource.Archive(var source) -> {
                FetchedArchive archive = progress.during(Phase.FETCH,
                        () -> stages.retries().run(() -> stages.contexts().fetch(source, workFolder, (_, _) -> {})));
                UnpackedContext context = progress.during(Phase.UNPACK,
                        () -> stages.retries().run(() -> stages.contexts().unpack(archive,
                                absent(workFolder.resolve("context")), source.path())));
                progress.used(new ContextUsed(archive.sha256(), archive.bytes(), context.entries()));
                yield context.buildFolder();
            }
        };
    }

    private static SolveSpec spec(BuildOrder order, Path context, Path workFolder, DockerConfig credentials)
            throws BuildException {
        BuildRequest request = order.request();
        Path dockerfileFolder = context;
        String dockerfile = request.dockerfile();
        try {
            Path dockerConfig = workFolder.resolve("docker");
            credentials.copyTo(dockerConfig);
            if (request.dockerfileInline() != null) {
                dockerfileFolder = made(workFolder.resolve("dockerfile"));
                dockerfile = "Dockerfile";
                Files.writeString(dockerfileFolder.resolve(dockerfile), request.dockerfileInline());
            }
            return new SolveSpec(request.image(), context, dockerfileFolder, dockerfile, request.target(),
                    request.buildArgs(), request.labels(), request.platform(), order.secrets(), request.noCache(),
                    request.cacheFrom(), request.cacheTo(), request.compression(), dockerConfig, workFolder);
        } catch (IOException e) {
            throw WorkerFiles.failure("The build could not be prepared", e);
        }
    }

    /** The Nydus tags go first, so that whoever sees the plain tag's new image finds its twin. */
    private void publish(BuildRequest request, Map<Format, Manifest> images, Progress progress, Fence fence)
            throws BuildException, InterruptedException {
        boolean superseded = progress.during(Phase.PUBLISH, () -> {
            var repository = Repository.open(stages.registries(), request.image(), credentials(request.image()));
            return repository.publish(pairs(request, images), fence, stages.retries(), progress);
        });
        progress.published(superseded);
    }

    private static List<TagPair> pairs(BuildRequest request, Map<Format, Manifest> images) {
        return plainTags(request).stream().map(plain -> {
            List<TagMove> moves = images.entrySet().stream()
                    .map(image -> new TagMove(plain.forFormat(image.getKey()), image.getValue()))
                    .toList();
            return new TagPair(moves.size() == 1 ? null : moves.getLast(), moves.getFirst());
        }).toList();
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

    private static Path made(Path folder) throws BuildException {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw WorkerFiles.failure("The folder " + folder + " cannot be made", e);
        }
    }

    /** {@return the folder, which an earlier try may have made} */
    private static Path absent(Path folder) throws BuildException {
        try {
            if (Files.exists(folder)) {
                FileTrees.delete(folder);
            }
            return folder;
        } catch (IOException e) {
            throw WorkerFiles.failure("The folder " + folder + " cannot be deleted", e);
        }
    }
}
