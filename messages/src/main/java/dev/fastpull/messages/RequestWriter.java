package dev.fastpull.messages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fastpull.messages.BuildRequest.ContextSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a request in the order of the contract. What is null or empty is left out. */
final class RequestWriter {
    private RequestWriter() {}

    static ObjectNode write(BuildRequest request) {
        ObjectNode node = JsonValues.object();
        node.put("version", BuildRequest.VERSION);
        node.put("requestId", request.requestId());
        node.put("image", request.image().toString());
        putList(node, "extraTags", request.extraTags());
        putContext(node, request.context());
        if (request.dockerfileInline() == null) {
            node.put("dockerfile", request.dockerfile());
        }
        putText(node, "dockerfileInline", request.dockerfileInline());
        putText(node, "target", request.target());
        putMap(node, "buildArgs", request.buildArgs());
        putMap(node, "labels", request.labels());
        putText(node, "platform", request.platform());
        if (!request.secrets().isEmpty()) {
            ArrayNode secrets = node.putArray("secrets");
            request.secrets().forEach(secret -> secrets.addObject().put("id", secret.id()).put("from", secret.from()));
        }
        node.put("noCache", request.noCache());
        putList(node, "cacheFrom", request.cacheFrom());
        putText(node, "cacheTo", request.cacheTo());
        ArrayNode formats = node.putArray("formats");
        request.formats().forEach(format -> formats.add(format.label()));
        node.put("compression", request.compression().label());
        node.put("verify", request.verify().label());
        putText(node, "timeout", request.timeout());
        putText(node, "deadline", request.deadline());
        if (!request.metadata().isEmpty()) {
            node.set("metadata", JsonValues.fromMap(request.metadata()));
        }
        return node;
    }

    private static void putContext(ObjectNode node, @Nullable ContextSource context) {
        if (context != null) {
            ObjectNode object = node.putObject("context").put("url", context.url());
            putText(object, "sha256", context.sha256());
            putText(object, "path", context.path());
            putText(object, "credential", context.credential());
        }
    }

    private static void putText(ObjectNode node, String name, @Nullable Object value) {
        if (value != null) {
            node.put(name, value.toString());
        }
    }

    private static void putList(ObjectNode node, String name, List<?> values) {
        if (!values.isEmpty()) {
            ArrayNode list = node.putArray(name);
            values.forEach(value -> list.add(value.toString()));
        }
    }

    private static void putMap(ObjectNode node, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode object = node.putObject(name);
            values.forEach(object::put);
        }
    }
}
