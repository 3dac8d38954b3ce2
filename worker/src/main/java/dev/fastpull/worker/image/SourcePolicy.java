package dev.fastpull.worker.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;

/** BuildKit's source policy (sourcepolicy/pb/policy.proto), here only to pin what FROM resolves to. */
final class SourcePolicy {
    private SourcePolicy() {}

    /**
     * Writes a policy that pins the given images.
     *
     * @param folder where to write it
     * @param pinned the images, as name@digest
     * @return the file
     */
    static Path write(Path folder, SortedSet<String> pinned) throws IOException {
        var mapper = new ObjectMapper();
        var policy = mapper.createObjectNode();
        var rules = policy.putArray("rules");
        for (String image : pinned) {
            String name = image.substring(0, image.indexOf('@'));
            var rule = rules.addObject().put("action", "CONVERT");
            rule.putObject("selector").put("identifier", "docker-image://" + name);
            rule.putObject("updates").put("identifier", "docker-image://" + image);
        }
        Path file = folder.resolve("source-policy.json");
        mapper.writeValue(file.toFile(), policy);
        return file;
    }
}
