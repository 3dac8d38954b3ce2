package dev.fastpull.worker.image;

import dev.fastpull.messages.BuildRequest.Compression;
import dev.fastpull.messages.Format;
import dev.fastpull.messages.ImageReference;
import dev.fastpull.messages.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What both solves of a pair have in common.
 *
 * @param image where the image is pushed to, by digest; its tag plays no part
 * @param contextFolder the folder that COPY reads
 * @param dockerfileFolder the folder that holds the Dockerfile
 * @param dockerfile the Dockerfile's path below that folder
 * @param target the stage to build; null for the last
 * @param buildArgs values for ARGs
 * @param labels labels of the image
 * @param platform what to build for; null for the daemon's own
 * @param secrets files with the secrets that RUN may mount, by id
 * @param noCache whether every step runs anew in the first solve; the second always takes the first one's steps
 * @param cacheFrom images whose cache may be used
 * @param cacheTo where to export the cache; null for nowhere
 * @param compression how the OCI image's layers are compressed
 * @param dockerConfig the folder with the registry credentials of this build
 * @param workFolder a private folder of this build
 */
public record SolveSpec(ImageReference image, Path contextFolder, Path dockerfileFolder, String dockerfile,
        @Nullable String target, Map<String, String> buildArgs, Map<String, String> labels,
        @Nullable Platform platform, Map<String, Path> secrets, boolean noCache, List<ImageReference> cacheFrom,
        @Nullable ImageReference cacheTo, Compression compression, Path dockerConfig, Path workFolder) {

    Path metadataFile(Format format) {
        return workFolder.resolve("metadata-" + format.label() + ".json");
    }
}
