package dev.fastpull.worker.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fastpull.messages.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image's manifest (image-spec, manifest.md; Docker's schema 2 has the same shape).
 *
 * @param mediaType its media type, empty where it says none
 * @param config the image's config
 * @param layers its layers, the lowest first
 */
record ImageManifest(String mediaType, Descriptor config, List<Descriptor> layers) {
    /** Copies the layers. */
    ImageManifest {
        layers = List.copyOf(layers);
    }

    /**
     * A reference to a blob.
     *
     * @param mediaType what it is
     * @param digest its digest
     * @param size its size in bytes
     * @param annotations what its maker says about it
     */
    record Descriptor(String mediaType, Digest digest, long size, Map<String, String> annotations) {
        /** Copies the annotations. */
        Descriptor {
            annotations = Map.copyOf(annotations);
        }
    }

    /**
     * {@return the manifest that {@code json} is}
     *
     * @param what how to call it in a message, such as {@code the OCI image's manifest}
     */
    static ImageManifest parse(byte[] json, String what) throws UnprovableException {
        JsonNode node = parseJson(json, what);
        if (!node.path("layers").isArray() || !node.path("config").isObject()) {
            throw new UnprovableException(what + " is not the manifest of one image");
        }
        List<Descriptor> layers = new ArrayList<>();
        for (JsonNode layer : node.path("layers")) {
            layers.add(descriptor(layer, what));
        }
        return new ImageManifest(node.path("mediaType").asText(""), descriptor(node.path("config"), what), layers);
    }

    /** {@return any JSON object} */
    static JsonNode parseJson(byte[] json, String what) throws UnprovableException {
        JsonNode node;
        try {
            node = new ObjectMapper().readTree(json);
        } catch (IOException _) {
            throw new UnprovableException(what + " is not JSON");
        }
        if (!node.isObject()) {
            throw new UnprovableException(what + " is not a JSON object");
        }
        return node;
    }

    private static Descriptor descriptor(JsonNode node, String what) throws UnprovableException {
        Digest digest = Digest.parse(node.path("digest").asText("")).orElseThrow(
                () -> new UnprovableException(what + " names a blob by something else than a SHA-256 digest"));
        Map<String, String> annotations = new TreeMap<>();
        node.path("annotations").properties().forEach(e -> annotations.put(e.getKey(), e.getValue().asText()));
        return new Descriptor(node.path("mediaType").asText(""), digest, node.path("size").asLong(), annotations);
    }
}
