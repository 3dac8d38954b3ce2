package dev.fastpull.worker.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.messages.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image's config (image-spec, config.md).
 *
 * @param json all of it
 */
record ImageConfig(JsonNode json) {
    static ImageConfig parse(byte[] json, String what) throws UnprovableException {
        return new ImageConfig(ImageManifest.parseJson(json, what));
    }

    /** {@return when the image was made, as written, to the nanosecond} */
    String created() {
        return json.path("created").asText("");
    }

    /** {@return the digests of the uncompressed layers, the lowest first} */
    List<String> diffIds() {
        List<String> ids = new ArrayList<>();
        json.path("rootfs").path("diff_ids").forEach(id -> ids.add(id.asText()));
        return ids;
    }

    /**
     * {@return what shows that two configs are not of one build, or empty} Whatever ran twice has another time in
     * {@code created} or {@code history}, which are kept to the nanosecond.
     */
    String divergence(ImageConfig other) {
        if (!created().equals(other.created())) {
            return "one was created at " + created() + ", the other at " + other.created();
        }
        JsonNode mine = json.path("history");
        JsonNode theirs = other.json.path("history");
        if (mine.equals(theirs)) {
            return "";
        }
        for (int i = 0; i < Math.max(mine.size(), theirs.size()); i++) {
            if (!mine.path(i).equals(theirs.path(i))) {
                return "their histories differ from step " + (i + 1) + " on: " + brief(mine.path(i)) + " and "
                        + brief(theirs.path(i));
            }
        }
        return "their histories differ";
    }

    private static String brief(JsonNode step) {
        String by = step.path("created_by").asText("none");
        return "'" + by.substring(0, Math.min(80, by.length())) + "' of " + step.path("created").asText("no time");
    }

    /** {@return the fields, outermost names, in which two configs differ, {@code rootfs.diff_ids} aside} */
    Set<String> differingFields(ImageConfig other) {
        ObjectNode mine = withoutDiffIds(json);
        ObjectNode theirs = withoutDiffIds(other.json);
        Set<String> names = new TreeSet<>();
        mine.fieldNames().forEachRemaining(names::add);
        theirs.fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> mine.path(name).equals(theirs.path(name)));
        return names;
    }

    private static ObjectNode withoutDiffIds(JsonNode config) {
        ObjectNode copy = config.deepCopy();
        if (copy.path("rootfs") instanceof ObjectNode rootfs) {
            rootfs.remove("diff_ids");
        }
        return copy;
    }

    /** Checks the Nydus image's layer identities: a Nydus blob is its own, the bootstrap's is of its tar. */
    void checkNydusDiffIds(ImageManifest nydus, Digest bootstrapTar) throws UnprovableException {
        List<String> expected = new ArrayList<>();
        nydus.layers().forEach(layer -> expected.add(layer.digest().toString()));
        expected.set(expected.size() - 1, bootstrapTar.toString());
        if (!expected.equals(diffIds())) {
            throw new UnprovableException("the diff_ids in the Nydus image's config are not those of its layers");
        }
    }
}
