package dev.fastpull.worker.job;

import dev.fastpull.messages.BuildRequest.SecretReference;
import dev.fastpull.messages.FailureReason;
import dev.fastpull.worker.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operator's secrets, which requests name and never carry: a folder with one file for each, as Kubernetes mounts a
 * Secret. They are read by buildctl, from the file, when a build begins.
 *
 * @param folder the folder; null where the operator has none
 */
public record SecretStore(@Nullable Path folder) {

    /**
     * Finds the secrets of a request.
     *
     * @param wanted the request's secrets; their names cannot lead out of the folder, by the contract's grammar
     * @return the files, by the ids that the Dockerfile knows them by
     * @throws BuildException with POLICY_DENIED, naming every secret that the store does not have
     */
    public Map<String, Path> find(List<SecretReference> wanted) throws BuildException {
        Map<String, Path> files = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (SecretReference secret : wanted) {
            Path file = folder == null ? null : folder.resolve(secret.from());
            if (file != null && Files.isRegularFile(file) && Files.isReadable(file)) {
                files.put(secret.id(), file);
            } else {
                missing.add(secret.from());
            }
        }
        if (!missing.isEmpty()) {
            throw new BuildException(FailureReason.POLICY_DENIED, "The worker's operator offers no secret named "
                    + String.join(", ", missing) + ". Ask for it to be put into the folder that --secrets names.");
        }
        return files;
    }
}
