package dev.fastpull.worker.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks the registry itself, with a client of its own and past everything that stands before it.
 *
 * @param host the registry's host and port
 */
record RealRegistry(String host) {

    /** {@return what each tag of a repository names; empty where there is no such repository} */
    Map<String, String> tags(String repository) throws IOException, InterruptedException {
        Map<String, String> tags = new TreeMap<>();
        try (var client = HttpClient.newHttpClient()) {
            String next = "/v2/" + repository + "/tags/list?n=1000";
            while (!next.isEmpty()) {
                HttpResponse<String> list = client.send(HttpRequest.newBuilder(uri(next)).build(),
                        BodyHandlers.ofString());
                if (list.statusCode() == 404) {
                    return Map.of();
                }
                for (JsonNode tag : new ObjectMapper().readTree(list.body()).path("tags")) {
                    tags.put(tag.asText(), digest(client, repository, tag.asText()));
                }
                // Link: </v2/…&last=…>; rel="next"
                next = list.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse("");
            }
        }
        return tags;
    }

    private String digest(HttpClient client, String repository, String tag) throws IOException, InterruptedException {
        var head = HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag)).HEAD()
                .header("Accept", "application/vnd.oci.image.manifest.v1+json").build();
        return client.send(head, BodyHandlers.discarding()).headers().firstValue("Docker-Content-Digest")
                .orElseThrow(() -> new IOException(tag + " is in the list of tags and names nothing"));
    }

    private URI uri(String path) {
        return URI.create("http://" + host + path);
    }
}
